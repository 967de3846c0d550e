# SPDX-License-Identifier: GPL-2.0-only
"""What the lab says when it cannot do what was asked."""


class LabError(Exception):
    """One sentence for the user: what was wrong and what to do."""


class Timeout(LabError):
    """A wait reached its deadline."""


class Interrupted(BaseException):
    """The user, or the system, told this process to stop (a signal)."""

    def __init__(self, signal_number: int):
        super().__init__(signal_number)
        self.signal_number = signal_number
