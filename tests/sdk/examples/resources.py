from aerostack_dynamic.sdk import SDK


def main():

    with SDK(
        api_key_auth="<YOUR_API_KEY_HERE>",
    ) as sdk:
        # Rest of application here...
        return sdk.cache.cache_get(request={"key": "nothing"})


# Or when using async:
async def amain():

    async with SDK(
        api_key_auth="<YOUR_API_KEY_HERE>",
    ) as sdk:
        # Rest of application here...
        return await sdk.cache.cache_get_async(request={"key": "nothing"})
