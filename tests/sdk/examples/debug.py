import logging

from aerostack_dynamic.sdk import SDK

logging.basicConfig(level=logging.DEBUG)
s = SDK(debug_logger=logging.getLogger("aerostack"))
