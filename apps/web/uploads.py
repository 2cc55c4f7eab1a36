"""Files that come in."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

LARGEST_UPLOAD = 50_000_000


class Capped(FileUploadHandler):
    """Stands before the handlers that keep a file, and stops one that grows beyond all use."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > LARGEST_UPLOAD:
            # The rest is read and dropped, so that the browser hears the answer.
            if self.request is not None:
                self.request.META["upload_too_large"] = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
