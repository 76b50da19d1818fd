"""`sdk.storage`: files and the addresses they are served from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .._values import UNSET
from ._face import Method
from ._resource import Resource
from .models import StorageUploadRequestBody, StorageUploadResponseBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models import StorageUploadRequestBodyTypedDict
    from .types import OptionalNullable
    from .utils.retries import RetryConfig

_STORAGE_UPLOAD: Final = Method("storageUpload", StorageUploadRequestBody, StorageUploadResponseBody)


class Storage(Resource):
    """Files and the addresses they are served from. For the options of a call see `Resource`."""

    def storage_upload(
        self,
        *,
        request: StorageUploadRequestBody | StorageUploadRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> StorageUploadResponseBody:
        """Store a file at a path; its content is sent as it is read, from its present position."""
        ask = self._ask(_STORAGE_UPLOAD, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return ask.wait()

    async def storage_upload_async(
        self,
        *,
        request: StorageUploadRequestBody | StorageUploadRequestBodyTypedDict,
        retries: OptionalNullable[RetryConfig] = UNSET,
        server_url: str | None = None,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
    ) -> StorageUploadResponseBody:
        """`storage_upload` for asyncio."""
        ask = self._ask(_STORAGE_UPLOAD, request, retries, server_url, timeout_ms, http_headers)
        del request, http_headers
        return await ask.wait_async()
