"""What a person can mend. A broken invariant is an assert, not one of these."""


class PlanError(Exception):
    """An impossible plan or an unreadable value, as a code with facts; the words stand outside."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __repr__(self) -> str:
        return f"PlanError({self.code!r}, {self.facts!r})"
