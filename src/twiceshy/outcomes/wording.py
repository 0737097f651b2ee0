"""Wording: how much a turn's words sound like an objection to what was just done, in points of log-odds.

Words alone prove little: "still" may praise or complain. So each rule gives a few points, and what happened around the
turn (see ``outcomes.corrections``) gives the rest. The rules are ordinary English of no vendor; short tables for some
other languages stand beside them. Words in a script that no rule reads give no points and are marked ``unread``, so
that the turn is judged by what was done. Looked at are the beginning and the end only: what is pasted in between is
seldom the user's own word, and a prompt of any length costs the same.

The points of the English rules were fitted by ridge regression around hand-set values to 463 labelled turns of real
logs and rounded (2026-11-21; docs/benchmarks-outcomes.md). Those of other languages are guesses of the same date.
"""

import re
from typing import NamedTuple

BEGINNING = 420
END = 230
"""Characters that are weighed. Guess: what a person types before and after something pasted."""
FEW_WORDS = 3
BRIEF_WORDS = 12
APPROVAL_WORDS = 25
MANY_WORDS = 120


class Rule(NamedTuple):
    """One way to say something."""

    slug: str
    points: float
    pattern: re.Pattern[str]


class Wording(NamedTuple):
    """What a turn's words come to."""

    points: float
    objects: bool
    """Something in them objects, whatever else they say."""
    undo: bool
    """They ask to take something back."""
    unread: bool
    """Words in a script that no rule reads, or none at all."""
    settled: bool = False
    """They cannot be a correction: a slash command, a plan handed over."""


def _rule(slug: str, points: float, *patterns: str) -> Rule:
    return Rule(slug, points, re.compile("|".join(patterns), re.IGNORECASE))


_WE = r"(?:it|that|this|we|you|they|the|there|these)"
_FAILING = (
    r"(?:fail\w*|broken?|wrong|stuck|crash\w*|explod\w*|leak\w*|incorrect|misleading|off\b|unnecessary|redundant|weird"
    r"|horrible|bad\b|messed|too (?:long|slow|much|big|small))"
)
OBJECTIONS = (
    _rule("no", 2.3, r"^\W*(?:no|nope|nah|wrong|incorrect)\b(?! (?:worries|problem|need|just))"),
    _rule(
        "wait", 2.3,
        r"^\W*(?:wait|hold on|stop|u+gh|ar+g+h+|huh|uh\b|um+|omfg|wtf|ffs|(?:my )?dude|what the|really\b"
        r"|(?:oh )?come on|ehh?\b)",
    ),
    _rule(
        "not-working", 1.6,
        r"\b(?:does|do|did|is|are|was|were|wo|ca|has|have)(?:n'?t| not| never) (?:\w+ ){0,2}(?:work\w*|show\w*"
        r"|appear\w*"
        r"|compil\w*|right|correct\w*|see|find|updat\w*|chang\w*|load\w*|render\w*|run\w*|there|quite)\b",
        r"\bnot (?:quite |really )?(?:working|right|correct|updated|there|used|shown|showing)\b",
        r"\bno longer\b|\bnever (?:actually )?work",
    ),
    _rule(
        "is-failing", 0.8,
        r"\b(?:is|are|still|keeps?|now|again|seems?|looks?|got|just|this|it|lint|tests?|build"
        r"|ci) (?:\w+ ){0,2}" + _FAILING,
    ),
    _rule(
        "causes-trouble", 1.5,
        r"\bwill (?:\w+ ){0,2}(?:cause|break|fail)|\b(?:we|i)(?: am| are|'re|'m) seeing\b|\bi just tried\b",
        r"\bi (?:have|had|get|got|see) (?:\w+ ){0,3}(?:trouble|issue|error|problem|failure)",
    ),
    _rule(
        "should-be", 0.75,
        r"\b(?:should(?!n)(?: not| never| only| just| all)?|must(?: not| never)?|has to|needs? to)"
        r" (?!we|i\b|also|you|know|run|test|do\b|check)(?:\w+ )?(?:be|not|live|stop|go|say|have|push|return|avoid"
        r"|use|come"
        r"|cover|appear|keep|only|never|just)\b",
        r"\bwe should (?:not|n'?t|be|keep|use|avoid|rename)\b|\bshould(?:n'?t)\b|^\W*should be\b",
    ),
    _rule("instead", 0.8, r"\b(?:instead|rather than|rather)\b"),
    _rule("prefer", 1.4, r"\bi(?:'?d| would)? (?:\w+ )?prefer\b|\bi would have (?:thought|expected)|\bi'?d rather\b"
                r"|^prefer\b"),
    _rule("not-wanted", 1.1, r"\b(?:don'?t|do not|didn'?t) (?:really |quite )?(?:want|like|need|understand why|say"
                             r"|tell|ask|mean)\b"),
    _rule(
        "undo", 2.1,
        r"\b(?:revert|undo|rollback|roll (?:it |this |that |them )?back|(?:put|bring) (?:it|this|that|them"
        r"|\w+ part) (?:\w+ )?back"
        r"|back to the (?:version|way|previous|old)|as (?:it was )?before|remove (?:\w+ ){0,4}again|i'?ve reverted"
        r"|like that again)\b",
    ),
    _rule(
        "meant", 0.9,
        r"\bi (?:also )?(?:said|told|meant|mean|asked|didn'?t (?:say|ask|tell|mean)|did not (?:say|ask|tell)|thought"
        r"|would assume|don'?t think)\b|\bi'?m talking about\b|\bnot what i\b|\bwas my question\b",
    ),
    _rule(
        "why", 0.7,
        r"\b_?why_? (?:not|did|didn'?t|do|don'?t|does|doesn'?t|is|isn'?t|are|aren'?t|would|were|was|am|you|we|the)\b",
        r"\bwhat are you doing\b|\bwhat was wrong\b",
    ),
    _rule(
        "is-it-not", 1.7,
        r"\b(?:is|are|ca|could|should|was|did|do|does|wo)n'?t " + _WE + r"\b[^.\n]{0,160}\?",
        r"\b(?:did|do|are|is|can|were) (?:we|it|you|they|these) not\b|, no\?|\b(?:is|are) there no\b"
        r"|\bdo we even need\b",
        r"\bare (?:these|those|the) [^?\n]{1,40}(?:really|necessary)\b|\bdid(?:n'?t| not) (?:we|you)\b",
    ),
    _rule(
        "sure", 2.3,
        r"\bare (?:you|we) (?:really )?sure\b|\bnot sure (?:i|about|if (?:it|that))\b|\bnot sold\b|\bquestioning\b"
        r"|\breally the way\b|\bis (?:this|that|it) (?:right|correct)\b",
    ),
    _rule(
        "missing", 1.0,
        r"\b(?:you|we) (?:\w+ )?(?:forgot|missed|skipped|left out|didn'?t (?:write|add|update|create|include"
        r"|change))\b",
        r"\bwhere (?:is|are) the \w+ here|\b(?:is|are) missing\b|\bmissing from\b",
    ),
    _rule("curse", 1.5, r"\b(?:fuck\w*|bullshit|omfg|wtf|idiot|dumb|goddamn)\b"),
    _rule(
        "let-us-not", 1.1,
        r"\blet'?s (?:not|avoid|drop|remove|rename|keep|get|pause|use|do this as|just|cut|stop)\b|\bno need to\b"
        r"|\bchange (?:in|of) plan\b|\bignore the\b|\bfocus (?:only|on)\b",
    ),
)  # fmt: skip
HINTS = (
    _rule("hm", 0.7, r"^\W*(?:hm+|(?:i )?feel like|actually|technically|question is|but|like)\b"),
    _rule("still", 1.0, r"\bstill\b(?!.{0,12}(?:valid|up ?to|have time))"),
    _rule("don't", 0.5, r"(?:^|[.,;!\n] *|\b(?:please|just|so|and|let'?s|i) )(?:don'?t|do not|never|no) (?:\w+)"),
    _rule(
        "change-it", 1.6,
        r"^\W*(?:please |just |now |ok,? |and |or |maybe |let'?s )*(?:remove|drop|delete|rename|make (?:it|the|this"
        r"|them)|move"
        r"|change|keep (?:it|the|this)|replace|put|get rid|revert|undo|reduce|shorten|use|read|define|cut|don'?t)\b",
    ),
    _rule(
        "would-be-better", 1.2,
        r"\bwould (?:it|this|that) (?:\w+ )?(?:be )?(?:better|easier|work better|simpler|cleaner)\b|\bcan'?t we\b"
        r"|\bmaybe we should\b|\bi wonder if\b|\bi think we should\b|\b(?:is there )?any other way\b"
        r"|\bis there another way\b"
        r"|\bcan we (?:use|only|avoid)\b|\bwe could\b",
    ),
    _rule("actually", 0.8, r"\bactually\b(?!.{0,20}\?)"),
    _rule("trails-off", 0.5, "[\U0001F605\U0001F644\U0001F914\U0001F926\U0001F937]", r"(?<![/.])\.\.\.(?![/.\w])"),
    _rule(
        "you-did", 0.45,
        r"\byou(?:'ve| have)? (?:\w+ed|made|put|took|wrote|did|didn'?t|left|were|forgot|got|ran|are|keep|just)\b",
    ),
    _rule("did-you", 0.15, r"^\W*(?:so |and |ok,? |wait,? )?did (?:you|we|i|it)\b"),
    _rule("want", 0.25, r"\bi (?:\w+ ){0,2}want\b|\bi'?d (?:like|want)\b"),
    _rule(
        "smaller", 0.3,
        r"\b(?:tighter|shorter|simpler|smaller|bigger|larger|clearer|cleaner|better|easier|faster|less|fewer|too"
        r"|exactly|only|minimal|simplest)\b",
    ),
    _rule(
        "excuse", -1.5,
        r"\b(?:sorry|my bad|i was mistaken|mis+typ\w+|wrong chat|ignore (?:the|my|that) last|whoops|accidentally"
        r"|never ?mind"
        r"|i'?ll (?:take|do|get|handle)|hang on|i'?ve (?:fixed|just|done|already)|i (?:removed|already|just|reset"
        r"|messed up)"
        r"|fyi|if that'?s helpful|you'?re right|i realized)\b",
    ),
    _rule(
        "publish", -1.3,
        r"^\W*(?:(?:can you|please|ok|okay|yes|yeah|let'?s|now|no just|just|then)[, ]+)*(?:commit|push|merge|rebase"
        r"|create (?:a|the) (?:draft )?pr|open (?:a|the)? ?pr|launch|update (?:from|the pr|main|branch)"
        r"|complete the merge|ship)\b",
    ),
    _rule(
        "praise", -0.6,
        r"\b(?:pass(?:es|ed|ing)|works? now|worked|it'?s working|all good)\b"
        r"|^\W*(?:great|neat|awesome|nice|cool|perfect|looks good|that looks great)",
    ),
    _rule(
        "review", -1.0,
        r"\b(?:high|medium|low|critical) severity\b|(?:^|\n)\W{0,6}\d?\W{0,4}\(?(?:high|medium|low|critical)\)?\b"
        r"|^#{2,3} |\*\*\w|review comments?|findings?\b",
    ),
)  # fmt: skip
APPROVAL = _rule(
    "approval", -1.9,
    r"^\W*(?:just |please )?(?:yes|yep|yeah|yup|ya|y|ok|okay|kk|sure|great|perfect|nice|cool|good|awesome|thanks"
    r"|thank you|lgtm|looks good"
    r"|sounds good|alright|neat|done|both|all|agreed?|right|correct|exactly|go|go ahead|go on|keep going|continue"
    r"|proceed"
    r"|commit|push|ship|merge|do it|do that|do this|do both|please do|fix it|fix them|run it|try it|let'?s do"
    r"|let'?s go)\b",
    r"^\W*[0-9a-d]\)?$",
)  # fmt: skip
APPROVAL_BUT = -0.7
TASK = _rule(
    "task", -1.0,
    r"^\W*(?:(?:ok|okay|alright|great|cool|now|next|then|so|also|and|one more thing|another)[,:.]? )*(?:(?:can"
    r"|could|would)"
    r" (?:you|we)|please|add|create|open|write|implement|update|fix|check|run|review|look|also|now|next|give|show"
    r"|explain|tell"
    r"|make a|make sure|mention|log|link|spawn|launch|start|prepare|investigate|find|i'?d like|let'?s|we need"
    r"|we have)\b",
)  # fmt: skip
TASK_BUT = -0.7
QUESTION = _rule(
    "question", -0.5,
    r"^\W*(?:(?:ok|okay|so|and|but|q|question|quick|great|cool|wait|thanks)[,:]? ?)*(?:how|what|where|when|which"
    r"|who|does"
    r"|do (?:we|you|i)|is|are|was|were|has|have|did|should|could)\b[^?]{0,400}\?",
)  # fmt: skip
HOW_TO = _rule(
    "how-to", -1.0,
    r"^\W*(?:ok(?:ay)? )?(?:now )?(?:how (?:to|do|does|is|can|did|would)|what(?:'s| is| are| does| happens| would"
    r"| about| if"
    r"| commit| else)|where (?:is|are|do)|which|who|explain|is there a(?:ny)? (?:newer|reason))\b",
)  # fmt: skip
PROPOSES = re.compile(r"\?|\b(?:we should|should have)\b|" + TASK.pattern.pattern, re.IGNORECASE)
BIDS = _rule(
    "bids", 0.35,
    r"^\W*(?:\w+ly )?(?:add|use|make|put|move|keep|read|write|respond|reply|merge|have|run|fmt|start|show|give|fix"
    r"|update|set|take|look|get|do|don'?t|stop|check|create|rename|remove|delete|commit|push|retry|continue|implement|please)\b",
)  # fmt: skip
"""Says what to do: a little more likely to send the agent another way than the rules against tasks allow for."""
BIDS_REFUSING = 0.2
OBJECTS_AGAIN = -0.35
"""A second objection in the same words adds less than the first."""
BRIEF_FAILURE = 1.3
BRIEF_RULE = 1.3
"""For a short statement of what should be."""
FEW = -1.2
MANY = -0.3

ELSEWHERE = (
    # German, French, Spanish, Portuguese, Italian, Dutch, Polish
    _rule(
        "objection-latin", 2.2,
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
    _rule(
        "undo-latin", 2.1,
        r"\b(?:rückgängig|mach das zurück|setz(?:e)? (?:das|es) zurück|annule[zr]?|reviens en arrière|remets|deshaz"
        r"|revierte"
        r"|deshacer|desfaz|desfaça|reverta|annulla|ripristina|maak (?:dat|het) ongedaan|cofnij)\b",
    ),
    # Russian, Ukrainian
    _rule(
        "objection-cyrillic", 2.2,
        r"^\W*(?:нет|ні\b|неправильно|неверно|стой|подожди)|не работает|не то\b|не так\b|не надо|неправильн|сломал"
        r"|ошибк|опять|"
        r"всё ещё|я (?:просил|говорил|имел в виду)|вместо этого|не працює",
    ),
    _rule("undo-cyrillic", 2.1, r"откати|отмени|верни (?:как|обратно|назад)|скасуй"),
    # Chinese, Japanese, Korean
    _rule(
        "objection-cjk", 2.2,
        r"^\W*(?:不对|不是|错了|等等|別|别|違う|違います|いや|ちがう|아니)",
        r"不工作|没有?用|不能用|還是不|还是不|仍然(?:不|报错|失败)|报错|不行|有问题|不要这样|为什么要|應該|应该是|我说的是|我的意思",
        r"動かない|動きません|動いていません|まだ.{0,8}(?:エラー|ない|ません)|間違|おかしい|ではなく|じゃなくて|なぜ",
        r"안 ?돼|안 ?됩니다|작동하지|여전히|틀렸|잘못|말고|왜 ",
    ),
    _rule("undo-cjk", 2.1, r"撤销|撤回|回滚|恢复(?:成|到|原)|还原|還原|元に戻|戻して|取り消|되돌려|취소해|롤백"),
)  # fmt: skip
APPROVAL_ELSEWHERE = re.compile(
    r"^\W*(?:ja|jawohl|gut|super|passt|mach weiter|weiter|danke|oui|d'accord|parfait|merci|continue|sí|si|vale|perfecto"
    r"|gracias|sigue|sim|perfeito|obrigado|sì|va bene|perfetto|grazie|tak|dobrze|да|хорошо|отлично|продолжай"
    r"|спасибо|так"
    r"|好的?|可以|继续|繼續|谢谢|没问题|很好|はい|続けて|ありがとう|お願いします|네|좋아|계속|감사)(?:\W|$)",
    re.IGNORECASE,
)
SLASH = re.compile(r"\s*/[\w:.-]+(?:\s|$)")
HANDED_OVER = re.compile(r"\s*(?:implement|execute) the following plan\b", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")
PLAIN_LETTER = re.compile(r"[A-Za-z]")
OWN_SCRIPT = 0.5
"""Share of letters beyond A to Z from which words count as written in another script (guess)."""


def weigh(text: str, *, refusing: bool = False, stopping: bool = False) -> Wording:
    """What the words of a turn come to.

    ``refusing`` are words given while refusing a call: never a slash command. There and after an interrupt
    (``stopping``) a request is no new task but the way to go instead.
    """
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    shown = text if len(text) <= BEGINNING + END else f"{text[:BEGINNING]}\n{text[-END:]}"
    settled = (not refusing and SLASH.match(shown) is not None) or HANDED_OVER.match(shown) is not None
    found = {rule.slug: rule.points for rule in OBJECTIONS if rule.pattern.search(shown)}
    other = {rule.slug: rule.points for rule in ELSEWHERE if rule.pattern.search(shown)}
    objects = bool(found or other)
    words = shown.split()
    many = len(words) if len(text) == len(shown) else MANY_WORDS + 1
    points = sum(found.values()) + sum(other.values())
    points += sum(rule.points for rule in HINTS if rule.pattern.search(shown))
    points += OBJECTS_AGAIN * (len(found) > 1)
    if BIDS.pattern.search(shown):
        points += BIDS.points + BIDS_REFUSING * refusing
    points += _yes_or_next(shown, many, objects=objects, redirects=refusing or stopping)
    if not shown.rstrip().endswith("?"):
        points += BRIEF_FAILURE * (many <= BRIEF_WORDS and bool({"not-working", "is-failing"} & found.keys()))
        points += BRIEF_RULE * (many <= APPROVAL_WORDS and "should-be" in found and not PROPOSES.search(shown))
    if many > MANY_WORDS:
        points += MANY
    undo = any(slug.startswith("undo") for slug in (*found, *other))
    return Wording(points, objects, undo, _unread(shown, objects=objects), settled)


def approves(text: str) -> bool:
    """Whether a brief text says yes, in one of the languages that are read."""
    return len(text.split()) <= APPROVAL_WORDS and bool(APPROVAL.pattern.search(text) or APPROVAL_ELSEWHERE.match(text))


def _yes_or_next(shown: str, many: int, *, objects: bool, redirects: bool) -> float:
    """Points for approval, a new task or a question: full ones only where nothing objects."""
    points = 0.0
    if APPROVAL.pattern.search(shown) or APPROVAL_ELSEWHERE.match(shown):
        points += APPROVAL_BUT if objects or many > APPROVAL_WORDS else APPROVAL.points
    if not redirects and TASK.pattern.search(shown):
        points += TASK_BUT if objects else TASK.points
    if not objects:
        points += sum(rule.points for rule in (QUESTION, HOW_TO) if rule.pattern.search(shown))
        if 0 < many <= FEW_WORDS and not HINTS[3].pattern.search(shown) and PLAIN_LETTER.search(shown):
            points += FEW
    return points


def _unread(shown: str, *, objects: bool) -> bool:
    if objects or APPROVAL_ELSEWHERE.match(shown):
        return False
    letters = len(LETTER.findall(shown))
    return letters == 0 or len(PLAIN_LETTER.findall(shown)) < (1 - OWN_SCRIPT) * letters
