from aerostack_dynamic.sdk import SDK, errors

with SDK(
    api_key_auth="<YOUR_API_KEY_HERE>",
) as sdk:
    res = None
    try:
        res = sdk.authentication.auth_signin(
            request={
                "email": "Tina.Buckridge@yahoo.com",
                "password": "nIQ75VVtUTq8bO4",
            }
        )

        # Handle response
        print(res)

    except errors.SDKBaseError as e:
        # The base class for HTTP error responses
        print(e.message)
        print(e.status_code)
        print(e.body)
        print(e.headers)
        print(e.raw_response)

        # Depending on the method different errors may be thrown
        if isinstance(e, errors.ErrorResponse):
            print(e.data.code)  # errors.Code
            print(e.data.details)  # Optional[Dict[str, Any]]
            print(e.data.message)  # str
