"""Mistakes: every line that ends in `# wrong` has one. mypy and pyright are held against it in `test_checkers.py`; it is never run."""

from __future__ import annotations

import httpx

from aerostack_dynamic import AsyncClient, Client, v1_5_0


class Tenant(Client):
    def __init__(self, tenant: str) -> None:
        super().__init__("k")
        self.tenant = tenant


client = Client()
newer = v1_5_0.Client()
waiting = AsyncClient()

client.ai.ai_chat(mesages=[])  # a misspelt keyword  # wrong
client.ai.ai_chat(messages=[], modl="x")  # another  # wrong
newer.ai.ai_chat(messages=[{"role": "user", "content": "x"}, {"role": "bot", "content": "x"}])  # a literal deep in a list  # wrong
client.ai.ai_chat(messages=[{"role": "usr", "content": "x"}])  # another  # wrong
client.database.db_query(sql=1)  # a wrong type  # wrong
client.database.db_query()  # without what is required  # wrong
client.database.db_query("SELECT 1")  # positional  # wrong
client.ai.chat(messages=[])  # an unknown operation  # wrong
client.aii.ai_chat(messages=[])  # an unknown group  # wrong
client.ai.ai_chat(messages=[]).respons  # an unknown attribute of a result  # wrong
client.cache.cache_set(key="k", value=1, ttl="60")  # a wrong scalar  # wrong
client.queue.queue_enqueue(type_="x", data={}, delay="1")  # another  # wrong
newer.ai.query(text="x", top_k="3")  # another  # wrong
client.queue.queue_enqueue(type_="x", data=[1])  # an array for an object  # wrong
count: int = client.ai.ai_chat(messages=[]).response  # a wrong type of a result  # wrong
newer.ai.ai_chat(messages=[{"role": "user", "content": "x", "nme": "y"}])  # an unknown nested key  # wrong
newer.ai.ai_chat(messages=[], stream_options={"include_usge": True})  # another  # wrong
newer.ai.ai_chat(messages=[], stream=True)  # what only .stream() takes  # wrong
newer.cache.cache_get_many(keys="abc")  # a str for an array of them  # wrong
newer.queue.queue_list_jobs(status="queed")  # wrong
newer.queue.queue_list_jobs.raw(status="queued").dat  # wrong
newer.cache.cache_list.pages(prefix=1)  # wrong
newer.ai.ai_chat.pages(messages=[])  # no list  # wrong
newer.ai.ai_chat.prepare(messages="x")  # wrong
client.ai.ai_chat = 3  # wrong
client.ai = 3  # wrong
client.with_options(timout=3)  # wrong
Client(timout=3)  # wrong
v1_5_0.Client(api_ky="x")  # wrong
client.database.db_query(sql="x", params=range(2))  # neither a list nor a tuple  # wrong
client.database.db_query(sql="x", params={"a": 1})  # another  # wrong
client.database.db_query(sql="x", params={1, 2})  # another  # wrong
client.database.db_query(sql="x", params="ab")  # another  # wrong
Tenant(3)  # a wrong type for a subclass's own constructor  # wrong
Tenant(tennant="t")  # a misspelt one  # wrong
Tenant("t").tennant  # wrong
Client(validation="strickt")  # wrong
Client(api_key=5)  # wrong
Client(version="9.9")  # wrong
Client(transport=3)  # wrong
Client(transport=httpx.AsyncHTTPTransport())  # of the other kind  # wrong
AsyncClient(transport="aihttp")  # wrong
Client(hooks=[3])  # wrong
v1_5_0.Client(version="1.0.0")  # a class of one version  # wrong
v1_5_0.AsyncClient(validation="strickt")  # wrong
client.ai.ai_chat.with_options(validation="strickt")  # wrong
client.with_options(validation="strickt")  # wrong
client.cache.cache_get.stream(kee="x")  # of an operation that answers at once  # wrong
client.cache.cache_get.stream("x")  # wrong
waiting.cache.cache_get.stream(key=1)  # wrong


async def main() -> None:
    answer = waiting.ai.ai_chat(messages=[])
    answer.response  # not awaited  # wrong
    waiting.ai.ai_chat(messages=[])  # the same  # wrong
    await client.ai.ai_chat(messages=[])  # awaited, and there is nothing to wait for  # wrong
    with newer.ai.ai_chat.stream(messages=[]) as events:
        events.save("x")  # events are no bytes  # wrong
    async with client:  # wrong
        pass
    with waiting:  # wrong
        pass
