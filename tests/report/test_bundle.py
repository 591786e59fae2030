"""The modules of the page as one script."""

from __future__ import annotations

import pytest

from harness.report.bundle import ScriptFault, bundled

ONE = 'import { b } from "./two.js";\n\nexport function a() { return b; }\n'
TWO = "export const b = 1;\n"


def test_a_module_comes_after_what_it_imports_and_once() -> None:
    """ECMAScript: a declaration must stand before the code that runs with it."""
    three = 'import "./two.js";\nimport {\n  a,\n} from "./one.js";\na();\n'
    text = bundled({"one.js": ONE, "two.js": TWO, "three.js": three}, "three.js")

    assert text == (
        "// two.js\nconst b = 1;\n\n// one.js\nfunction a() { return b; }\n\n// three.js\na();\n"
    )


def test_modules_that_nobody_imports_stay_out() -> None:
    """Ours: types need no bytes in the page."""
    assert "b" not in bundled({"one.js": "const a = 1;\n", "two.js": TWO}, "one.js").split()


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ({"one.js": ONE}, r"no module two\.js, which one\.js needs"),
        ({}, r"no module one\.js, which the page needs"),
        (
            {"one.js": ONE, "two.js": 'import { a } from "./one.js";\n'},
            "one.js -> two.js -> one.js",
        ),
        (
            {"one.js": ONE + "const b = 2;\n", "two.js": TWO},
            r"`b` is declared in two\.js and in one",
        ),
        ({"one.js": "export default 1;\n"}, "of another form"),
        ({"one.js": 'const a = "</SCRIPT>";\n'}, "own script"),
        ({"one.js": 'const a = "<!--";\n'}, "own script"),
    ],
)
def test_what_cannot_be_one_script_is_refused(sources: dict[str, str], message: str) -> None:
    """Ours: a broken page is found where it is made."""
    with pytest.raises(ScriptFault, match=message):
        bundled(sources, "one.js")
