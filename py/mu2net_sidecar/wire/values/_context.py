# Generated from protocol/values/context.ts by `npm run generate`; edit that instead.
"""The run and the span that work belongs to."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Traceparent = Annotated[str, Meta(pattern=r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?!\n)$")]
"""The span that work is a part of, as W3C Trace Context writes it."""
