"""Every address of the server."""

from twiceshy.wings.team.server.asked import ServerRoute
from twiceshy.wings.team.server.batch_routes import BATCH_ROUTES
from twiceshy.wings.team.server.knowledge_routes import KNOWLEDGE_ROUTES
from twiceshy.wings.team.server.old_routes import OLD_ROUTES
from twiceshy.wings.team.server.otlp_routes import OTLP_ROUTES
from twiceshy.wings.team.server.read_routes import READ_ROUTES

ROUTES: tuple[ServerRoute, ...] = (
    *BATCH_ROUTES,
    *KNOWLEDGE_ROUTES,
    *OLD_ROUTES,
    *OTLP_ROUTES,
    *READ_ROUTES,
)
