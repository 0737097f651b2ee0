"""Every address of the server."""

from twiceshy.surfaces.server.asked import ServerRoute
from twiceshy.surfaces.server.batch_routes import BATCH_ROUTES
from twiceshy.surfaces.server.knowledge_routes import KNOWLEDGE_ROUTES
from twiceshy.surfaces.server.old_routes import OLD_ROUTES
from twiceshy.surfaces.server.otlp_routes import OTLP_ROUTES
from twiceshy.surfaces.server.read_routes import READ_ROUTES

ROUTES: tuple[ServerRoute, ...] = (
    *BATCH_ROUTES,
    *KNOWLEDGE_ROUTES,
    *OLD_ROUTES,
    *OTLP_ROUTES,
    *READ_ROUTES,
)
