"""Many at once: two processes of sixteen threads make 2,000 calls to one sandbox, and every answer is its caller's own."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

WORKER = """
import sys, threading
from aerostack_dynamic import Client
url, key, process = sys.argv[1:4]
crossed, failed = [], []

def work(client, thread):
    for turn in range(25):
        value = f"{process}-{thread}-{turn}"
        try:
            if turn % 2:
                answer = client.services.services_invoke(service_name="echo", data={"v": value}).result["v"]
            else:
                answer = client.database.db_query(sql="select ? as v", params=[value]).results[0]["v"]
            if answer != value:
                crossed.append((value, answer))
        except Exception as error:
            failed.append(repr(error))

with Client(key, server=url) as client:
    threads = [threading.Thread(target=work, args=(client, number)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(len(crossed), len(failed), crossed[:3], failed[:3])
sys.exit(bool(crossed or failed))
"""


def test_two_processes_of_sixteen_threads(box: Any) -> None:
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, box.url, box.api_key, str(number)], stdout=subprocess.PIPE, text=True)
        for number in range(2)
    ]
    for worker in workers:
        told, _ = worker.communicate(timeout=120)
        assert worker.returncode == 0, told
