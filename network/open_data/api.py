"""Forms of public data: Atom, JSON Feed, JSON with errors that say what to do, answers to conditional requests.

Sources: RFC 4287 (Atom), JSON Feed 1.1, RFC 9110 (conditional requests).
"""

from network.open_data.answers import data_answer, problem_answer
from network.open_data.documents import (
    ADDRESS,
    MOMENT,
    TEXT,
    YES_OR_NO,
    described_list,
    described_object,
    described_path,
    document_of,
    limit_parameter,
    parameter,
    reference,
)
from network.open_data.feeds import FEED_FORMS, FeedEntry, FeedFacts
from network.open_data.parameters import (
    hold_names,
    read_cursor,
    read_limit,
    read_number,
    refused_value,
    write_cursor,
)

__all__ = [
    "ADDRESS",
    "FEED_FORMS",
    "MOMENT",
    "TEXT",
    "YES_OR_NO",
    "FeedEntry",
    "FeedFacts",
    "data_answer",
    "described_list",
    "described_object",
    "described_path",
    "document_of",
    "hold_names",
    "limit_parameter",
    "parameter",
    "problem_answer",
    "read_cursor",
    "read_limit",
    "read_number",
    "reference",
    "refused_value",
    "write_cursor",
]
