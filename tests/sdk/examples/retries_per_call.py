from aerostack_dynamic.sdk import SDK
from aerostack_dynamic.sdk.utils import BackoffStrategy, RetryConfig

with SDK(
    api_key_auth="<YOUR_API_KEY_HERE>",
) as sdk:
    res = sdk.ai.ai_chat(
        request={
            "messages": [
                {},
            ],
            "model": "@cf/meta/llama-3-8b-instruct",
        },
        retries=RetryConfig("backoff", BackoffStrategy(1, 50, 1.1, 100), False),
    )

    # Handle response
    print(res)
