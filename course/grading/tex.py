"""Formulas of a line as characters, for places that set no TeX: alt texts, titles."""

from __future__ import annotations

import re

_SYMBOLS = {
    "cdot": "·", "times": "×", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "neq": "≠", "ne": "≠", "approx": "≈",
    "to": "→", "rightarrow": "→", "infty": "∞", "pm": "±", "partial": "∂", "nabla": "∇", "sum": "∑", "prod": "∏",
    "in": "∈", "ldots": "…", "dots": "…", "cdots": "…", "mid": "|", "top": "ᵀ", "ell": "ℓ", "circ": "°",
    "quad": " ", "qquad": " ", "Phi": "Φ", "Theta": "Θ", "Omega": "Ω", "Sigma": "Σ", "Delta": "Δ", "Gamma": "Γ",
    "Lambda": "Λ", "Pi": "Π", "Psi": "Ψ",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_RAISED = dict(zip("0123456789+-−()nTki", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿᵀᵏⁱ", strict=True))
_LOWERED = dict(zip("0123456789+-−()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_GROUP = r"\{([^{}]*)\}"
_WRAPPED = re.compile(r"\\(?:text|mathrm|mathbf|boldsymbol|mathcal|operatorname|mbox|hat|tilde|bar)\s*" + _GROUP)
_FRACTION = re.compile(r"\\[dt]?frac\s*(?:" + _GROUP + r"|(\d|\\[a-z]+))\s*(?:" + _GROUP + r"|(\w))")
_ROOT = re.compile(r"\\sqrt\s*(?:" + _GROUP + r"|(\w))")
_SCRIPT = re.compile(r"([\^_])\s*(?:" + _GROUP + r"|(\\[A-Za-z]+|[^\s{}\\]))")
_RELATIONS = ("le", "leq", "ge", "geq", "ne", "neq", "approx", "to", "rightarrow", "in", "mid")
_HAT, _BAR = "\ue000", "\ue001"  # of a script that stays as it was typed
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_SPACE = re.compile(r"\\[,;:! ]|~")


def plain_tex(tex: str) -> str:
    """A formula as characters: ``\\phi_0 = -0.3`` becomes ``φ₀ = −0.3``.

    What has no character of its own is written out (``x^(ab)``); commands that are unknown lose their backslash.

    Args:
        tex: without its dollars.
    """
    text = _SPACE.sub(" ", tex)
    for _ in range(4):  # what stands in braces may hold braces
        before = text
        text = _WRAPPED.sub(r"\1", text)
        text = text.replace("\\boldsymbol", "").replace("\\mathbf", "")
        text = _FRACTION.sub(lambda m: f"{_in_brackets(m[1] or m[2])}/{_in_brackets(m[3] or m[4])}", text)
        text = _ROOT.sub(lambda m: f"√{_in_brackets(m[1] or m[2])}", text)
        text = _SCRIPT.sub(lambda m: _script(m[1], m[2] if m[2] is not None else m[3]), text)
        if text == before:
            break
    text = _COMMAND.sub(_symbol, text)
    text = re.sub(r"(?<![\w.)\]])-(?=[\w.])|(?<=\s)-(?=\s)|(?<=[\w)])-(?=[\d(])", "−", text)
    text = text.replace(_HAT, "^").replace(_BAR, "_")
    return " ".join(text.replace("\\", "").replace("{", "").replace("}", "").split())


def _symbol(match: re.Match[str]) -> str:
    name = match[1]
    if name in _RELATIONS:
        return f" {_SYMBOLS[name]} "
    if name in _SYMBOLS:
        relation = match[0][-1] == " " and match.string[match.end() : match.end() + 1] in tuple("=<>+≈≤≥")
        return _SYMBOLS[name] + " " * relation
    return "" if name in ("left", "right", "big", "Big", "displaystyle") else f"{name} "


def _in_brackets(text: str) -> str:
    return text if re.fullmatch(r"\\?\w+|\d+(?:\.\d+)?", text) else f"({text})"


def _script(sign: str, text: str) -> str:
    """A superscript or a subscript, in characters of that kind where there are such for all of it."""
    if sign == "^" and text in ("'", "\\prime"):
        return "′"
    if sign == "^" and text in ("\\circ", "\\top"):
        return _SYMBOLS[text[1:]]
    characters = _RAISED if sign == "^" else _LOWERED
    if all(each in characters for each in text):
        return "".join(characters[each] for each in text)
    return f"{_HAT if sign == '^' else _BAR}{_in_brackets(text)}"
