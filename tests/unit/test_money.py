"""Money: whole fen, half up, and splits that lose nothing."""

import pytest

from posthouse.domain.money import Money, yuan


def test_money_is_an_integer_of_fen_and_nothing_else() -> None:
    for wrong in (1.0, "1", True, None):
        with pytest.raises(TypeError):
            Money(wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="cannot mix"):
        Money(1) + Money(1, "USD")


@pytest.mark.parametrize(
    ("fen", "basis_points", "share"),
    [(10000, 250, 250), (1, 5000, 1), (1, 4999, 0), (3, 5000, 2), (-3, 5000, -2), (999, 10000, 999), (7, 0, 0)],
)
def test_a_share_is_rounded_half_up(fen: int, basis_points: int, share: int) -> None:
    assert Money(fen).share(basis_points) == Money(share)


@pytest.mark.parametrize(
    ("fen", "weights", "parts"),
    [(100, [1, 1, 1], [34, 33, 33]), (5, [0, 1], [0, 5]), (0, [1, 2], [0, 0]), (10, [3, 3, 1], [4, 4, 2])],
)
def test_a_split_adds_up(fen: int, weights: list[int], parts: list[int]) -> None:
    assert [part.fen for part in Money(fen).split(weights)] == parts
    assert sum(parts) == fen


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2], [-1]])
def test_a_split_needs_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(1).split(weights)


def test_a_guest_reads_yuan() -> None:
    assert [yuan(Money(fen)) for fen in (12850, 5, -5, 0)] == ["¥128.50", "¥0.05", "-¥0.05", "¥0.00"]
