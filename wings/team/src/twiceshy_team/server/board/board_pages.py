"""Every page of the board: a new one is a row here, a function that reads and a function that draws."""

from twiceshy.base.config import Config
from twiceshy_team.server.board import knowledge_pages, work_pages
from twiceshy_team.server.board.board_asked import BoardPage

BOARD_PAGES: tuple[BoardPage, ...] = (
    BoardPage("/", "Overview", "read", work_pages.read_overview, work_pages.draw_overview),
    BoardPage("/lessons", "Lessons", "read", knowledge_pages.read_knowledge, knowledge_pages.draw_lessons),
    BoardPage("/effects", "Effects", "read", knowledge_pages.read_knowledge, knowledge_pages.draw_effects),
    BoardPage("/commands", "Commands", "read", work_pages.read_commands, work_pages.draw_commands),
    BoardPage("/agents", "Agents", "read", work_pages.read_agents, work_pages.draw_agents),
    BoardPage("/facts", "Facts", "read", knowledge_pages.read_knowledge, knowledge_pages.draw_facts),
    BoardPage("/people", "People", "admin", knowledge_pages.read_people, knowledge_pages.draw_people),
)


def list_board_pages(config: Config | None) -> tuple[BoardPage, ...]:
    """Return all pages; that of a fleet where the server's settings name an output."""
    return (*BOARD_PAGES, *(knowledge_pages.list_fleet_pages(config) if config else ()))
