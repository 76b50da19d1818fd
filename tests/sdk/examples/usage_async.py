# Asynchronous Example
import asyncio

from aerostack_dynamic.sdk import SDK


async def main():
    async with SDK(
        api_key_auth="<YOUR_API_KEY_HERE>",
    ) as sdk:
        res = await sdk.ai.ai_chat_async(
            request={
                "messages": [
                    {},
                ],
                "model": "@cf/meta/llama-3-8b-instruct",
            }
        )

        # Handle response
        print(res)


asyncio.run(main())
