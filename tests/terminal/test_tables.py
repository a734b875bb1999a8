from bot.terminal.tables import table

ROWS = [("TOPIC", "PAPERS"), ("spin glass", "3"), ("画像", "12")]


def test_columns_are_aligned_on_a_terminal_also_with_wide_characters() -> None:
    assert table(ROWS, aligned=True) == "TOPIC       PAPERS\nspin glass  3\n画像        12\n"


def test_a_pipe_gets_plain_lines_without_headings() -> None:
    assert table(ROWS, aligned=False) == "spin glass\t3\n画像\t12\n"


def test_a_cell_never_breaks_its_line() -> None:
    assert table([("A",), ("x\ny\tz",)], aligned=False) == "x y z\n"
