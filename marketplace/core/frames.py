"""What every client frame is: known fields only, strict types. Pure."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(min_length=22, max_length=22, pattern=r"^[0-9A-Za-z]+$")]
"""A public code as `core.ids.new_code` makes it."""


class Frame(BaseModel):
    """A client frame; `id` comes back in the reply."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    id: int | str | None = None
