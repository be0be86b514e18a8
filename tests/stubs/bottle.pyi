# The part of Bottle 0.13 that corsheet uses; Bottle has no types of its own.
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, BinaryIO

class BaseRequest:
    environ: dict[str, Any]
    content_length: int
    body: BinaryIO

class BaseResponse:
    status_code: int
    def set_header(self, name: str, value: str) -> None: ...

class HTTPResponse(BaseResponse):
    body: bytes
    def __init__(
        self,
        body: bytes = ...,
        status: int = ...,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] | None = ...,
    ) -> None: ...

class HTTPError(HTTPResponse): ...

class Route:
    rule: str
    method: str
    skiplist: list[Any]

_Callback = Callable[..., HTTPResponse]

class Bottle:
    routes: list[Route]
    def install(self, plugin: object) -> object: ...
    def get(
        self, path: str, *, callback: _Callback | None = ..., skip: list[str] | None = ...
    ) -> Callable[[_Callback], _Callback]: ...
    def post(
        self, path: str, *, callback: _Callback | None = ..., skip: list[str] | None = ...
    ) -> Callable[[_Callback], _Callback]: ...
    def route(
        self,
        path: str,
        method: str,
        *,
        callback: _Callback | None = ...,
        skip: list[str] | None = ...,
    ) -> Callable[[_Callback], _Callback]: ...
    def default_error_handler(self, res: HTTPError) -> bytes: ...
    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]: ...

request: BaseRequest
response: BaseResponse
