"""Forms of public data: Atom, JSON Feed, JSON with errors that say what to do, answers to conditional requests.

Sources: RFC 4287 (Atom), JSON Feed 1.1, RFC 9110 (conditional requests).
"""

from network.open_data.answers import data_answer, problem_answer
from network.open_data.feeds import FEED_FORMS, FeedEntry, FeedFacts

__all__ = ["FEED_FORMS", "FeedEntry", "FeedFacts", "data_answer", "problem_answer"]
