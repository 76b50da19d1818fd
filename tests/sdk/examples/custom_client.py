import httpx

from aerostack_dynamic.sdk import SDK

http_client = httpx.Client(headers={"x-custom-header": "someValue"})
s = SDK(client=http_client)
