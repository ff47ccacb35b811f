"""Configurations, said shortly."""

from __future__ import annotations

from backends import Backend

Json = dict[str, object]


def backend(server: Backend | str, pattern: str = "/", **more: object) -> Json:
    host = server if isinstance(server, str) else server.host
    return {"host": [host], "url_pattern": pattern, **more}


def shadow(server: Backend | str, pattern: str = "/", timeout: str | None = None,
           rules: Json | None = None, **more: object) -> Json:
    proxy: Json = {"shadow": True} | ({"shadow_timeout": timeout} if timeout else {})
    extra = {"proxy": proxy} | ({"proxy/shadow": rules} if rules else {})
    return backend(server, pattern, extra_config=extra, **more)


def endpoint(path: str, *backends: Json, **more: object) -> Json:
    return {"endpoint": path, "backend": list(backends), **more}


def pass_through(path: str, *backends: Json, **more: object) -> Json:
    return endpoint(path, *backends, output_encoding="no-op", **more)


def service(*endpoints: Json, router: Json | None = None, **more: object) -> Json:
    """A service whose deadlines are longer than any test, unless the test says otherwise."""
    extra = {"extra_config": {"router": router}} if router else {}
    return {"version": 3, "timeout": "60s", "endpoints": list(endpoints), **extra, **more}
