"""Objection wording: how much a turn's words sound like an objection to what was just done, in points of log-odds.

Words alone prove little: "still" may praise or complain. So each rule gives a few points, and what happened around the
turn (see ``outcomes.corrections``) gives the rest. The rules are ordinary English of no vendor; short tables for some
other languages stand beside them. Words in a script that no rule reads give no points and are marked ``unread``, so
that the turn is judged by what was done. Only the beginning and the end are looked at: what is pasted in between is
seldom the user's own word, and a prompt of any length costs the same.

The points of the English rules were fitted by ridge regression around hand-set values to 463 labelled turns of real
logs and rounded (2026-11-21; docs/benchmarks-outcomes.md). Those of other languages are guesses of the same date.
"""

import re
from typing import NamedTuple

BEGINNING = 420
END = 230
"""Characters that are weighed. Guess: what a person types before and after something pasted."""
_FEW_WORDS = 3
_BRIEF_WORDS = 12
_APPROVAL_WORDS = 25
_MANY_WORDS = 120


class _WordingRule(NamedTuple):
    """One way to say something."""

    slug: str
    points: float
    pattern: re.Pattern[str]


class Wording(NamedTuple):
    """What a turn's words add up to."""

    points: float
    objects: bool
    """Something in them objects, whatever else they say."""
    undo: bool
    """They ask to take something back."""
    unread: bool
    """Words in a script that no rule reads, or none at all."""
    settled: bool = False
    """They cannot be a correction: a slash command, a plan handed over."""


def _make_rule(slug: str, points: float, *patterns: str) -> _WordingRule:
    return _WordingRule(slug, points, re.compile("|".join(patterns), re.IGNORECASE))


_WE = r"(?:it|that|this|we|you|they|the|there|these)"
_FAILING = (
    r"(?:fail\w*|broken?|wrong|stuck|crash\w*|explod\w*|leak\w*|incorrect|misleading|off\b|unnecessary|redundant|weird"
    r"|horrible|bad\b|messed|too (?:long|slow|much|big|small))"
)
_OBJECTIONS = (
    _make_rule("no", 2.3, r"^\W*(?:no|nope|nah|wrong|incorrect)\b(?! (?:worries|problem|need|just))"),
    _make_rule(
        "wait",
        2.3,
        r"^\W*(?:wait|hold on|stop|u+gh|ar+g+h+|huh|uh\b|um+|omfg|wtf|ffs|(?:my )?dude|what the|really\b"
        r"|(?:oh )?come on|ehh?\b)",
    ),
    _make_rule(
        "not-working",
        1.6,
        r"\b(?:does|do|did|is|are|was|were|wo|ca|has|have)(?:n'?t| not| never) (?:\w+ ){0,2}(?:work\w*|show\w*"
        r"|appear\w*"
        r"|compil\w*|right|correct\w*|see|find|updat\w*|chang\w*|load\w*|render\w*|run\w*|there|quite)\b",
        r"\bnot (?:quite |really )?(?:working|right|correct|updated|there|used|shown|showing)\b",
        r"\bno longer\b|\bnever (?:actually )?work",
    ),
    _make_rule(
        "is-failing",
        0.8,
        r"\b(?:is|are|still|keeps?|now|again|seems?|looks?|got|just|this|it|lint|tests?|build"
        r"|ci) (?:\w+ ){0,2}" + _FAILING,
    ),
    _make_rule(
        "causes-trouble",
        1.5,
        r"\bwill (?:\w+ ){0,2}(?:cause|break|fail)|\b(?:we|i)(?: am| are|'re|'m) seeing\b|\bi just tried\b",
        r"\bi (?:have|had|get|got|see) (?:\w+ ){0,3}(?:trouble|issue|error|problem|failure)",
    ),
    _make_rule(
        "should-be",
        0.75,
        r"\b(?:should(?!n)(?: not| never| only| just| all)?|must(?: not| never)?|has to|needs? to)"
        r" (?!we|i\b|also|you|know|run|test|do\b|check)(?:\w+ )?(?:be|not|live|stop|go|say|have|push|return|avoid"
        r"|use|come"
        r"|cover|appear|keep|only|never|just)\b",
        r"\bwe should (?:not|n'?t|be|keep|use|avoid|rename)\b|\bshould(?:n'?t)\b|^\W*should be\b",
    ),
    _make_rule("instead", 0.8, r"\b(?:instead|rather than|rather)\b"),
    _make_rule(
        "prefer",
        1.4,
        r"\bi(?:'?d| would)? (?:\w+ )?prefer\b|\bi would have (?:thought|expected)|\bi'?d rather\b"
        r"|^prefer\b",
    ),
    _make_rule(
        "not-wanted",
        1.1,
        r"\b(?:don'?t|do not|didn'?t) (?:really |quite )?(?:want|like|need|understand why|say"
        r"|tell|ask|mean)\b",
    ),
    _make_rule(
        "undo",
        2.1,
        r"\b(?:revert|undo|rollback|roll (?:it |this |that |them )?back|(?:put|bring) (?:it|this|that|them"
        r"|\w+ part) (?:\w+ )?back"
        r"|back to the (?:version|way|previous|old)|as (?:it was )?before|remove (?:\w+ ){0,4}again|i'?ve reverted"
        r"|like that again)\b",
    ),
    _make_rule(
        "meant",
        0.9,
        r"\bi (?:also )?(?:said|told|meant|mean|asked|didn'?t (?:say|ask|tell|mean)|did not (?:say|ask|tell)|thought"
        r"|would assume|don'?t think)\b|\bi'?m talking about\b|\bnot what i\b|\bwas my question\b",
    ),
    _make_rule(
        "why",
        0.7,
        r"\b_?why_? (?:not|did|didn'?t|do|don'?t|does|doesn'?t|is|isn'?t|are|aren'?t|would|were|was|am|you|we|the)\b",
        r"\bwhat are you doing\b|\bwhat was wrong\b",
    ),
    _make_rule(
        "is-it-not",
        1.7,
        r"\b(?:is|are|ca|could|should|was|did|do|does|wo)n'?t " + _WE + r"\b[^.\n]{0,160}\?",
        r"\b(?:did|do|are|is|can|were) (?:we|it|you|they|these) not\b|, no\?|\b(?:is|are) there no\b"
        r"|\bdo we even need\b",
        r"\bare (?:these|those|the) [^?\n]{1,40}(?:really|necessary)\b|\bdid(?:n'?t| not) (?:we|you)\b",
    ),
    _make_rule(
        "sure",
        2.3,
        r"\bare (?:you|we) (?:really )?sure\b|\bnot sure (?:i|about|if (?:it|that))\b|\bnot sold\b|\bquestioning\b"
        r"|\breally the way\b|\bis (?:this|that|it) (?:right|correct)\b",
    ),
    _make_rule(
        "missing",
        1.0,
        r"\b(?:you|we) (?:\w+ )?(?:forgot|missed|skipped|left out|didn'?t (?:write|add|update|create|include"
        r"|change))\b",
        r"\bwhere (?:is|are) the \w+ here|\b(?:is|are) missing\b|\bmissing from\b",
    ),
    _make_rule("curse", 1.5, r"\b(?:fuck\w*|bullshit|omfg|wtf|idiot|dumb|goddamn)\b"),
    _make_rule(
        "let-us-not",
        1.1,
        r"\blet'?s (?:not|avoid|drop|remove|rename|keep|get|pause|use|do this as|just|cut|stop)\b|\bno need to\b"
        r"|\bchange (?:in|of) plan\b|\bignore the\b|\bfocus (?:only|on)\b",
    ),
)
_HINTS = (
    _make_rule("hm", 0.7, r"^\W*(?:hm+|(?:i )?feel like|actually|technically|question is|but|like)\b"),
    _make_rule("still", 1.0, r"\bstill\b(?!.{0,12}(?:valid|up ?to|have time))"),
    _make_rule("don't", 0.5, r"(?:^|[.,;!\n] *|\b(?:please|just|so|and|let'?s|i) )(?:don'?t|do not|never|no) (?:\w+)"),
    _make_rule(
        "change-it",
        1.6,
        r"^\W*(?:please |just |now |ok,? |and |or |maybe |let'?s )*(?:remove|drop|delete|rename|make (?:it|the|this"
        r"|them)|move"
        r"|change|keep (?:it|the|this)|replace|put|get rid|revert|undo|reduce|shorten|use|read|define|cut|don'?t)\b",
    ),
    _make_rule(
        "would-be-better",
        1.2,
        r"\bwould (?:it|this|that) (?:\w+ )?(?:be )?(?:better|easier|work better|simpler|cleaner)\b|\bcan'?t we\b"
        r"|\bmaybe we should\b|\bi wonder if\b|\bi think we should\b|\b(?:is there )?any other way\b"
        r"|\bis there another way\b"
        r"|\bcan we (?:use|only|avoid)\b|\bwe could\b",
    ),
    _make_rule("actually", 0.8, r"\bactually\b(?!.{0,20}\?)"),
    _make_rule("trails-off", 0.5, "[\U0001f605\U0001f644\U0001f914\U0001f926\U0001f937]", r"(?<![/.])\.\.\.(?![/.\w])"),
    _make_rule(
        "you-did",
        0.45,
        r"\byou(?:'ve| have)? (?:\w+ed|made|put|took|wrote|did|didn'?t|left|were|forgot|got|ran|are|keep|just)\b",
    ),
    _make_rule("did-you", 0.15, r"^\W*(?:so |and |ok,? |wait,? )?did (?:you|we|i|it)\b"),
    _make_rule("want", 0.25, r"\bi (?:\w+ ){0,2}want\b|\bi'?d (?:like|want)\b"),
    _make_rule(
        "smaller",
        0.3,
        r"\b(?:tighter|shorter|simpler|smaller|bigger|larger|clearer|cleaner|better|easier|faster|less|fewer|too"
        r"|exactly|only|minimal|simplest)\b",
    ),
    _make_rule(
        "excuse",
        -1.5,
        r"\b(?:sorry|my bad|i was mistaken|mis+typ\w+|wrong chat|ignore (?:the|my|that) last|whoops|accidentally"
        r"|never ?mind"
        r"|i'?ll (?:take|do|get|handle)|hang on|i'?ve (?:fixed|just|done|already)|i (?:removed|already|just|reset"
        r"|messed up)"
        r"|fyi|if that'?s helpful|you'?re right|i realized)\b",
    ),
    _make_rule(
        "publish",
        -1.3,
        r"^\W*(?:(?:can you|please|ok|okay|yes|yeah|let'?s|now|no just|just|then)[, ]+)*(?:commit|push|merge|rebase"
        r"|create (?:a|the) (?:draft )?pr|open (?:a|the)? ?pr|launch|update (?:from|the pr|main|branch)"
        r"|complete the merge|ship)\b",
    ),
    _make_rule(
        "praise",
        -0.6,
        r"\b(?:pass(?:es|ed|ing)|works? now|worked|it'?s working|all good)\b"
        r"|^\W*(?:great|neat|awesome|nice|cool|perfect|looks good|that looks great)",
    ),
    _make_rule(
        "review",
        -1.0,
        r"\b(?:high|medium|low|critical) severity\b|(?:^|\n)\W{0,6}\d?\W{0,4}\(?(?:high|medium|low|critical)\)?\b"
        r"|^#{2,3} |\*\*\w|review comments?|findings?\b",
    ),
)
_APPROVAL = _make_rule(
    "approval",
    -1.9,
    r"^\W*(?:just |please )?(?:yes|yep|yeah|yup|ya|y|ok|okay|kk|sure|great|perfect|nice|cool|good|awesome|thanks"
    r"|thank you|lgtm|looks good"
    r"|sounds good|alright|neat|done|both|all|agreed?|right|correct|exactly|go|go ahead|go on|keep going|continue"
    r"|proceed"
    r"|commit|push|ship|merge|do it|do that|do this|do both|please do|fix it|fix them|run it|try it|let'?s do"
    r"|let'?s go)\b",
    r"^\W*[0-9a-d]\)?$",
)
_APPROVAL_BUT = -0.7
_TASK = _make_rule(
    "task",
    -1.0,
    r"^\W*(?:(?:ok|okay|alright|great|cool|now|next|then|so|also|and|one more thing|another)[,:.]? )*(?:(?:can"
    r"|could|would)"
    r" (?:you|we)|please|add|create|open|write|implement|update|fix|check|run|review|look|also|now|next|give|show"
    r"|explain|tell"
    r"|make a|make sure|mention|log|link|spawn|launch|start|prepare|investigate|find|i'?d like|let'?s|we need"
    r"|we have)\b",
)
_TASK_BUT = -0.7
_QUESTION = _make_rule(
    "question",
    -0.5,
    r"^\W*(?:(?:ok|okay|so|and|but|q|question|quick|great|cool|wait|thanks)[,:]? ?)*(?:how|what|where|when|which"
    r"|who|does"
    r"|do (?:we|you|i)|is|are|was|were|has|have|did|should|could)\b[^?]{0,400}\?",
)
_HOW_TO = _make_rule(
    "how-to",
    -1.0,
    r"^\W*(?:ok(?:ay)? )?(?:now )?(?:how (?:to|do|does|is|can|did|would)|what(?:'s| is| are| does| happens| would"
    r"| about| if"
    r"| commit| else)|where (?:is|are|do)|which|who|explain|is there a(?:ny)? (?:newer|reason))\b",
)
_PROPOSES = re.compile(r"\?|\b(?:we should|should have)\b|" + _TASK.pattern.pattern, re.IGNORECASE)
_REQUEST = _make_rule(
    "bids",
    0.35,
    r"^\W*(?:\w+ly )?(?:add|use|make|put|move|keep|read|write|respond|reply|merge|have|run|fmt|start|show|give|fix"
    r"|update|set|take|look|get|do|don'?t|stop|check|create|rename|remove|delete|commit|push|retry|continue|implement|please)\b",
)
"""Says what to do: a little more likely to send the agent another way than the rules against tasks allow for."""
_REQUEST_REFUSING = 0.2
_OBJECTS_AGAIN = -0.35
"""A second objection in the same words adds less than the first."""
_BRIEF_FAILURE = 1.3
_BRIEF_RULE = 1.3
"""For a short statement of what should be."""
_FEW = -1.2
_MANY = -0.3

_OTHER_LANGUAGES = (
    # German, French, Spanish, Portuguese, Italian, Dutch, Polish
    _make_rule(
        "objection-latin",
        2.2,
        r"^\W*(?:nein|falsch|halt|moment mal|non\b|faux|attends|mal\b|incorrecto|espera|não|errado|sbagliato"
        r"|aspetta|nee\b|fout"
        r"|nie\b|źle)",
        r"\b(?:funktioniert|geht|klappt|stimmt|passt) (?:\w+ ){0,2}nicht\b|\b(?:das|es) ist (?:\w+ )?(?:falsch"
        r"|kaputt)\b",
        r"\b(?:immer noch|wieder) (?:\w+ ){0,2}(?:kaputt|falsch|rot|fehler)|\bich (?:meinte|wollte"
        r"|habe (?:doch )?gesagt)\b",
        r"\bne (?:marche|fonctionne|compile) (?:pas|plus|toujours)|\bce n'est pas\b|\btoujours (?:cassé|faux|pas)"
        r"|\bje voulais\b",
        r"\bno (?:funciona|compila|es lo que|quería|era eso)\b|\bsigue (?:sin|fallando|roto)|\bestá (?:mal|roto)\b",
        r"\bnão (?:funciona|compila|era isso|é isso)\b|\bcontinua (?:falhando|quebrado)|\bestá (?:errado|quebrado)\b",
        r"\bnon (?:funziona|compila|va bene|è quello)\b|\bwerkt (?:nog steeds )?niet\b|\bnie działa\b|\bdalej nie\b",
        r"\b(?:stattdessen|plutôt que|en lugar de|em vez de|invece di|in plaats van|zamiast)\b",
    ),
    _make_rule(
        "undo-latin",
        2.1,
        r"\b(?:rückgängig|mach das zurück|setz(?:e)? (?:das|es) zurück|annule[zr]?|reviens en arrière|remets|deshaz"
        r"|revierte"
        r"|deshacer|desfaz|desfaça|reverta|annulla|ripristina|maak (?:dat|het) ongedaan|cofnij)\b",
    ),
    # Russian, Ukrainian
    _make_rule(
        "objection-cyrillic",
        2.2,
        r"^\W*(?:нет|ні\b|неправильно|неверно|стой|подожди)|не работает|не то\b|не так\b|не надо|неправильн|сломал"
        r"|ошибк|опять|"
        r"всё ещё|я (?:просил|говорил|имел в виду)|вместо этого|не працює",
    ),
    _make_rule("undo-cyrillic", 2.1, r"откати|отмени|верни (?:как|обратно|назад)|скасуй"),
    # Chinese, Japanese, Korean
    _make_rule(
        "objection-cjk",
        2.2,
        r"^\W*(?:不对|不是|错了|等等|別|别|違う|違います|いや|ちがう|아니)",
        r"不工作|没有?用|不能用|還是不|还是不|仍然(?:不|报错|失败)|报错|不行|有问题|不要这样|为什么要|應該|应该是|我说的是|我的意思",
        r"動かない|動きません|動いていません|まだ.{0,8}(?:エラー|ない|ません)|間違|おかしい|ではなく|じゃなくて|なぜ",
        r"안 ?돼|안 ?됩니다|작동하지|여전히|틀렸|잘못|말고|왜 ",
    ),
    _make_rule("undo-cjk", 2.1, r"撤销|撤回|回滚|恢复(?:成|到|原)|还原|還原|元に戻|戻して|取り消|되돌려|취소해|롤백"),
)
_APPROVAL_OTHER_LANGUAGES = re.compile(
    r"^\W*(?:ja|jawohl|gut|super|passt|mach weiter|weiter|danke|oui|d'accord|parfait|merci|continue|sí|si|vale|perfecto"
    r"|gracias|sigue|sim|perfeito|obrigado|sì|va bene|perfetto|grazie|tak|dobrze|да|хорошо|отлично|продолжай"
    r"|спасибо|так"
    r"|好的?|可以|继续|繼續|谢谢|没问题|很好|はい|続けて|ありがとう|お願いします|네|좋아|계속|감사)(?:\W|$)",
    re.IGNORECASE,
)
_SLASH = re.compile(r"\s*/[\w:.-]+(?:\s|$)")
_HANDED_OVER = re.compile(r"\s*(?:implement|execute) the following plan\b", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_PLAIN_LETTER = re.compile(r"[A-Za-z]")
_OWN_SCRIPT = 0.5
"""Share of letters beyond A to Z from which words count as written in another script (guess)."""


def weigh(text: str, *, refusing: bool = False, stopping: bool = False) -> Wording:
    """Weigh the words of a turn.

    ``refusing`` are words given while refusing a call: never a slash command. There and after an interrupt
    (``stopping``) a request is no new task but the way to go instead.
    """
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    shown = text if len(text) <= BEGINNING + END else f"{text[:BEGINNING]}\n{text[-END:]}"
    settled = (not refusing and _SLASH.match(shown) is not None) or _HANDED_OVER.match(shown) is not None
    found = {rule.slug: rule.points for rule in _OBJECTIONS if rule.pattern.search(shown)}
    other = {rule.slug: rule.points for rule in _OTHER_LANGUAGES if rule.pattern.search(shown)}
    objects = bool(found or other)
    words = shown.split()
    many = len(words) if len(text) == len(shown) else _MANY_WORDS + 1
    points = sum(found.values()) + sum(other.values())
    points += sum(rule.points for rule in _HINTS if rule.pattern.search(shown))
    points += _OBJECTS_AGAIN * (len(found) > 1)
    if _REQUEST.pattern.search(shown):
        points += _REQUEST.points + _REQUEST_REFUSING * refusing
    points += _weigh_approval_or_task(shown, many, objects=objects, redirects=refusing or stopping)
    if not shown.rstrip().endswith("?"):
        points += _BRIEF_FAILURE * (many <= _BRIEF_WORDS and bool({"not-working", "is-failing"} & found.keys()))
        points += _BRIEF_RULE * (many <= _APPROVAL_WORDS and "should-be" in found and not _PROPOSES.search(shown))
    if many > _MANY_WORDS:
        points += _MANY
    undo = any(slug.startswith("undo") for slug in (*found, *other))
    return Wording(points, objects, undo, _is_unread(shown, objects=objects), settled)


def is_approval(text: str) -> bool:
    """Tell whether a brief text says yes, in one of the languages that are read."""
    return len(text.split()) <= _APPROVAL_WORDS and bool(
        _APPROVAL.pattern.search(text) or _APPROVAL_OTHER_LANGUAGES.match(text)
    )


def _weigh_approval_or_task(shown: str, many: int, *, objects: bool, redirects: bool) -> float:
    """Weigh approval, a new task or a question, in points: full ones only where nothing objects."""
    points = 0.0
    if _APPROVAL.pattern.search(shown) or _APPROVAL_OTHER_LANGUAGES.match(shown):
        points += _APPROVAL_BUT if objects or many > _APPROVAL_WORDS else _APPROVAL.points
    if not redirects and _TASK.pattern.search(shown):
        points += _TASK_BUT if objects else _TASK.points
    if not objects:
        points += sum(rule.points for rule in (_QUESTION, _HOW_TO) if rule.pattern.search(shown))
        if 0 < many <= _FEW_WORDS and not _HINTS[3].pattern.search(shown) and _PLAIN_LETTER.search(shown):
            points += _FEW
    return points


def _is_unread(shown: str, *, objects: bool) -> bool:
    if objects or _APPROVAL_OTHER_LANGUAGES.match(shown):
        return False
    letters = len(_LETTER.findall(shown))
    return letters == 0 or len(_PLAIN_LETTER.findall(shown)) < (1 - _OWN_SCRIPT) * letters
