"""Words that ask for the newest articles, in the five languages of the interface, as patterns."""

FRESH_WORDS = {
    "en": r"latest|newest|most\s+recent(?:ly)?|up[\s-]to[\s-]date|breaking",
    "de": r"aktuell(?:e[mnrs]?|st\w*)?|neue?st\w*|jüngst\w*|letzte[nr]?\s+(?:stand|meldung\w*|nachricht\w*)",
    "es": r"últim[oa]s?|más\s+recientes?|recientes|actual(?:es|mente)?",
    "ru": r"последн(?:ие|их|ий|яя|ее|юю|ей)|нове?йш\w+|свеж\w+|самы[ей]\s+нов\w+|актуальн\w+",
    "ar": r"[آا]خر|[أا]حدث|حديثا|مؤخرا",
}
