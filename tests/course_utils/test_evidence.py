"""Statements over seeds agree with SciPy's t tests, and a statement that was not made is not taken for true."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from course_utils.evidence import Estimate, compare, in_full_only, over_seeds

LEVEL = 0.01  # two-sided: what the 99 % interval leaves out
many = pytest.mark.parametrize("seed", range(40))


def scores(seed, shift):
    """Two correlated methods over 3 to 12 seeds; the shift makes about half of the statements true."""
    rng = np.random.default_rng(seed)
    luck = rng.normal(0, 1, rng.integers(3, 13))
    return luck + rng.normal(shift, 0.3, luck.size), luck + rng.normal(0, 0.3, luck.size)


def test_the_cases_hold_both_answers():
    found = {
        (compare(*scores(seed, 0.4)).is_clear(), compare(*scores(seed, 0)).does_not_matter(0.5)) for seed in range(40)
    }
    assert found == {(False, False), (False, True), (True, False), (True, True)}


@many
def test_the_interval_is_that_of_scipy(seed):
    a, b = scores(seed, 0.4)
    gain = compare(a, b).gain
    expected = stats.ttest_rel(a, b).confidence_interval(1 - LEVEL)
    assert (gain.mean - gain.margin, gain.mean + gain.margin) == pytest.approx((expected.low, expected.high))
    assert gain.seeds == len(a)
    expected = stats.ttest_1samp(a, 0).confidence_interval(1 - LEVEL)
    assert over_seeds(a).mean + over_seeds(a).margin == pytest.approx(expected.high)


@many
def test_clear_is_the_paired_t_test(seed):
    a, b = scores(seed, 0.4)
    assert compare(a, b).is_clear() == compare(b, a).is_clear() == (stats.ttest_rel(a, b).pvalue < LEVEL)


@many
def test_improves_is_the_one_sided_test_against_the_least_gain(seed):
    a, b = scores(seed, 0.6)
    expected = stats.ttest_1samp(a - b, 0.2, alternative="greater").pvalue < LEVEL / 2
    assert compare(a, b).improves(by=0.2) == expected
    assert compare(-a, -b, better="lower").improves(by=0.2) == expected
    assert not compare(b, a).improves(by=0.2)


@many
def test_does_not_matter_is_two_one_sided_tests(seed):
    a, b = scores(seed, 0)
    below = stats.ttest_1samp(a - b, 0.5, alternative="less").pvalue < LEVEL / 2
    above = stats.ttest_1samp(a - b, -0.5, alternative="greater").pvalue < LEVEL / 2
    assert compare(a, b).does_not_matter(0.5) == compare(b, a).does_not_matter(0.5) == (below and above)


@many
def test_a_mean_agrees_where_two_one_sided_tests_say_so(seed):
    values = np.random.default_rng(seed).normal(-2.03, 0.05, 6)
    low, high = -2 * 1.06, -2 * 0.94
    below = stats.ttest_1samp(values, high, alternative="less").pvalue < LEVEL / 2
    above = stats.ttest_1samp(values, low, alternative="greater").pvalue < LEVEL / 2
    measured = over_seeds(values)
    assert measured.agrees(-2, within=0.06) == (below and above)
    assert (measured.is_below(high), measured.is_above(low)) == (below, above)


def test_chance_calls_one_useless_method_in_a_hundred_clear():
    rng = np.random.default_rng(0)
    clear = [compare(*rng.normal(size=(2, 5))).is_clear() for _ in range(4000)]
    assert 0.005 < np.mean(clear) < 0.015  # standard error 0.0016


def test_too_few_seeds_are_neither_clear_nor_without_effect():
    unsure = compare([0.9, 0.7, 0.8], [0.8, 0.75, 0.7])
    assert not unsure.is_clear() and not unsure.improves() and not unsure.does_not_matter(0.1)


def test_methods_that_never_differ_do_not_matter():
    same = compare([0.9, 0.8, 0.7], [0.9, 0.8, 0.7])
    assert same.does_not_matter(1e-9) and not same.is_clear() and not same.improves()


@pytest.mark.parametrize(
    ("a", "b", "options", "sentence"),
    [
        ([0.92, 0.94, 0.93], [0.90, 0.921, 0.909], {}, "A beat B by 0.020 ± 0.006 over 3 seeds: clear"),
        ([0.90, 0.921, 0.909], [0.92, 0.94, 0.93], {}, "B beat A by 0.020 ± 0.006 over 3 seeds: clear"),
        ([0.5, 0.7, 0.9], [0.7, 0.5, 0.8], {}, "A led B by 0.0 ± 1.2 over 3 seeds: not clear"),
        ([30, 31, 29], [1, 3, 2], {"better": "lower"}, "B beat A by 28 ± 6 over 3 seeds: clear"),
        ([300, 100, 200], [1, 2, 0], {}, "A led B by 199 ± 576 over 3 seeds: not clear"),
        ([2, 3, 4], [1, 2, 3], {"names": ("Adam", "SGD")}, "Adam beat SGD by 1.0000 ± 0.0000 over 3 seeds: clear"),
    ],
)
def test_a_comparison_is_a_sentence(a, b, options, sentence):
    assert str(compare(a, b, **options)) == sentence


@given(st.floats(-1e6, 1e6), st.floats(1e-9, 1e6))
def test_a_printed_mean_is_right_to_half_its_margin_or_to_a_whole_number(mean, margin):
    shown_mean, _, shown_margin, *_ = str(Estimate(mean, margin, 5)).split()
    assert abs(float(shown_mean) - mean) <= max(0.5 * (margin < 2) * margin, 0.5 * (margin >= 1)) * 1.001
    assert float(shown_margin) == pytest.approx(margin, rel=0.34) or margin > 1


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (
            lambda: compare([1, 2], [2, 3]),
            r"A must be one number for each of at least 3 seeds, \(n,\); got shape \(2,\)",
        ),
        (lambda: over_seeds(np.ones((5, 2))), r"values must be .* got shape \(5, 2\)"),
        (lambda: over_seeds(0.5), r"got shape \(\)"),
        (lambda: compare([1, 2, 3], [1, 2, 3, 4], names=("Adam", "SGD")), "Adam has 3 scores and SGD has 4"),
        (lambda: compare([1, 2, 3], [1, np.nan, 3]), "B holds nan; a run that failed"),
        (lambda: over_seeds([1, 2, -np.inf]), "values holds -inf"),
        (lambda: over_seeds([0.5, 0.5, 0.5]), "all 3 values are 0.5: the seeds change nothing"),
        (lambda: compare([1, 1, 1], [0, 0, 0]), "all scores are 1.0 and 0.0: the seeds change nothing"),
        (lambda: compare([1, 2, 3], [1, 2, 4], better="faster"), "better is 'higher' or 'lower', got 'faster'"),
        (lambda: compare([1, 2, 3], [1, 2, 4]).improves(by=-1), "an improvement is at least 0"),
        (lambda: compare([1, 2, 3], [1, 2, 4]).improves(by=np.nan), "an improvement is at least 0"),
        (lambda: compare([1, 2, 3], [1, 2, 4]).does_not_matter(0), "the smallest difference that would matter"),
        (lambda: over_seeds([1, 2, 3]).agrees(0, within=0.1), "predicted=0"),
        (lambda: over_seeds([1, 2, 3]).agrees(2, within=2), "within=2"),
    ],
)
def test_what_says_nothing_is_refused_in_a_sentence(wrong, complaint):
    with pytest.raises(ValueError, match=complaint):
        wrong()


@pytest.mark.parametrize("result", [over_seeds([1, 2, 3]), compare([1, 2, 3], [0, 0, 1])], ids=["mean", "comparison"])
def test_an_assertion_of_nothing_is_refused(result):
    with pytest.raises(TypeError, match="say what you claim"):
        assert result


@pytest.mark.parametrize(
    ("profile", "substitutes", "printed"),
    [
        ("full", [], None),
        ("full", [False, False], None),
        ("full", [False, True], "checked in full only, on the real data: skips help\n"),
        ("fast", [], "checked in full only: skips help\n"),
        ("fast", [False], "checked in full only, on the real data: skips help\n"),
    ],
)
def test_a_claim_that_is_left_out_says_so(profile, substitutes, printed, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROFILE", profile)
    checked = in_full_only("skips help", *(SimpleNamespace(is_substitute=one) for one in substitutes))
    assert (checked, capsys.readouterr().out) == (printed is None, printed or "")
