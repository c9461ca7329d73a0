"""What stands before the name of a source, in the five languages of the interface, as patterns."""

SAYS = (
    r"according\s+to|as\s+reported\s+(?:by|in)|laut|nach\s+angaben\s+(?:von|de[rs])|seg[uú]n"
    r"|по\s+(?:данным|сообщению|словам)|согласно|وفق[اً]+\s*ل|بحسب|حسب|نقلا\s+عن"
)
STANDS_IN = r"from|in|by|on|via|of|von|vo[mn]|aus|i[mn]|bei|de|del|en|por|из|в|во|от|у|من|في|عن|على"
KINDS_OF_SOURCES = (
    r"newspaper|magazine|site|website|blog|zeitung|magazin|periódico|diario|revista|газет[аыеу]"
    r"|журнал[ае]?|издани[яи]|сайт[ае]?|صحيفة|جريدة|مجلة|موقع"
)

BEGINNINGS = r"the|der|die|das|el|la|los|las|le|صحيفة|جريدة|مجلة|موقع"
"""What a source's own name may begin with and is often left out or bent in a sentence."""
