"""Everything the bot says of itself, one module for each area. Plain text: markup comes later.

Every text is a function that takes a `Speech` first and gives it whole sentences, written as literal
strings: `make texts` finds them for the catalogues in `bot/locales`.
"""
