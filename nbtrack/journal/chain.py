"""The segments that one process writes in a store's folder, one after the other."""

from __future__ import annotations

import errno
import logging
import os

from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.machine import boot_id, host_name
from nbtrack.journal.segment import LARGEST_WRITE, OpenSegment, open_segment, replace_segment
from nbtrack.journal.spill import Backlog
from nbtrack.records.event import JournalHeader
from nbtrack.records.ids import now_ms, uuid7

__all__ = ["ROTATE_BYTES", "Chain"]

ROTATE_BYTES = 8 << 20

logger = logging.getLogger("nbtrack")


class Chain:
    """The open segment of an owner, and the old ones that were not let go yet.

    It has no lock of its own: the writer's is held.
    """

    def __init__(self, folder: StoreFolder) -> None:
        self.folder = folder
        self.owner = uuid7()
        self.number = 0
        self.current: OpenSegment | None = None
        self.retired: list[OpenSegment] = []
        self.rotate_at = ROTATE_BYTES

    def header(self) -> JournalHeader:
        """The first line of the next segment."""
        return JournalHeader(
            self.owner, host_name(), boot_id(), os.getpid(), now_ms(), segment=self.number
        )

    def begin_segment(self) -> OpenSegment:
        """Open the next segment while the one before is open: its owner never looks dead."""
        header = self.header()
        try:
            segment = open_segment(self.folder.journal, header)
        except FileNotFoundError:
            self.folder.prepare()
            segment = open_segment(self.folder.journal, header)
        self.replace_current(segment)
        self.number += 1
        self.rotate_at = ROTATE_BYTES
        return segment

    def rotate(self) -> None:
        """Go on in the next segment; where none can be made, in this one."""
        try:
            self.begin_segment()
        except OSError as error:
            logger.debug("no next segment in %s yet: %s", self.folder.journal, error)
            self.rotate_at += LARGEST_WRITE

    def replace_current(self, segment: OpenSegment) -> None:
        """Make a segment the current one."""
        if self.current is not None:
            self.retired.append(self.current)
        self.current = segment

    def put(self, backlog: Backlog) -> None:
        """Write what is held, to a segment that is there."""
        segment = self.whole_segment()
        while True:
            size, was_used = backlog.size, segment.has_records
            try:
                backlog.write_to(segment)
            except OSError as error:
                # Where no file may grow as large as a segment would, several hold the records.
                if error.errno != errno.EFBIG or not (was_used or backlog.size < size):
                    raise
                segment = self.begin_segment()
            else:
                return

    def whole_segment(self) -> OpenSegment:
        """The open segment, made if there is none and made again if somebody deleted it."""
        if self.current is None:
            return self.begin_segment()
        again = self.made_again(self.current)
        if again is not self.current:
            self.replace_current(again)
        return again

    def made_again(self, segment: OpenSegment) -> OpenSegment:
        """A segment, as another file in its place if somebody deleted it."""
        if not segment.is_deleted():
            return segment
        self.folder.prepare()
        return replace_segment(segment)

    def finished(self) -> list[OpenSegment]:
        """The old segments that may be closed; what somebody deleted is made again before."""
        for place, segment in enumerate(self.retired):
            try:
                again = self.made_again(segment)
            except OSError as error:
                logger.debug("%s cannot be made again yet: %s", segment.path, error)
                return []
            if again is not segment:
                self.retired[place] = again
                segment.close()
        return list(self.retired)

    def let_go(self, finished: list[OpenSegment]) -> None:
        """Close old segments."""
        for segment in finished:
            # In the list until here: a forked child closes what stands in it.
            self.retired.remove(segment)
            segment.close()

    def release(self) -> None:
        """Close everything; in a forked child this unlocks nothing of the parent's."""
        segments = [*self.retired, *([] if self.current is None else [self.current])]
        self.current, self.retired = None, []
        for segment in segments:
            segment.close()
