"""How two sets of comparable facts differ, and what that means: equality is bytes, a diff library only explains."""
