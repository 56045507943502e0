"""Tokens of texts."""

from __future__ import annotations

import pytest

from search.pinyin import title_pinyin
from search.tokens import document_number_key, pairs, segments, tsvector_literal


def test_ideographs_are_units_and_other_runs_are_words() -> None:
    assert segments("个体ＡＢＣ，2024年 x_y") == [["个", "体", "abc"], ["2024", "年"], ["x"], ["y"]]


def test_pairs_do_not_cross_punctuation() -> None:
    assert [pairs(segment) for segment in segments("甲乙，丙丁")] == [["甲乙"], ["丙丁"]]


def test_vector_counts_occurrences() -> None:
    assert tsvector_literal("税税") == "'税':1,2 '税税':1"


def test_vector_of_odd_signs_holds_no_quote() -> None:
    assert tsvector_literal("a'b\\c") == "'a':1 'b':1 'c':1"


@pytest.mark.parametrize("number", ["国办发〔2011〕19号", "国办发[2011]19号", "国办发（２０１１）19 号"])
def test_document_numbers_have_one_key(number: str) -> None:
    assert document_number_key(number) == "国办发201119号"


def test_pinyin_of_a_national_law_also_without_the_states_name() -> None:
    assert title_pinyin("中华人民共和国价格法").split()[-2:] == ["jiagefa", "jgf"]
