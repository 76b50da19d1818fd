from aerostack_dynamic.sdk import SDK

with SDK(
    api_key_auth="<YOUR_API_KEY_HERE>",
) as sdk:
    res = sdk.storage.storage_upload(
        request={
            "content_type": "image/jpeg",
            "file": {
                "content": open("example.file", "rb"),
                "file_name": "example.file",
            },
            "key": "avatars/user-123.jpg",
        }
    )

    # Handle response
    print(res)
