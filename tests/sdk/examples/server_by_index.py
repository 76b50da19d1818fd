from aerostack_dynamic.sdk import SDK

with SDK(
    server_idx=0,
    api_key_auth="<YOUR_API_KEY_HERE>",
) as sdk:
    res = sdk.ai.ai_chat(
        request={
            "messages": [
                {},
            ],
            "model": "@cf/meta/llama-3-8b-instruct",
        }
    )

    # Handle response
    print(res)
