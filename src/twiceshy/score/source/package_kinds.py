"""What is a package for: does it talk to the network, to databases, know users, or run tests?

Whole names are matched: ``pg`` is a driver, ``pgmagick`` is none.
"""

from enum import StrEnum
from typing import Final


class PackageKind(StrEnum):
    """What a package is for."""

    HTTP = "http"
    DATABASE = "db"
    AUTH = "auth"
    TESTS = "test"


_PACKAGES: Final = {
    PackageKind.HTTP: (
        "requests aiohttp httpx urllib urllib3 http axios node-fetch undici superagent express fastapi flask"
        " django.http tornado starlette koa fastify net/http github.com/gin-gonic/gin github.com/labstack/echo"
        " github.com/gorilla/mux github.com/go-chi/chi https node:http node:https"
    ),
    PackageKind.DATABASE: (
        "sqlalchemy psycopg2 psycopg pymongo redis django.db peewee tortoise databases asyncpg sqlite3 mysql mysql2"
        " mongoose sequelize typeorm prisma @prisma/client knex pg database/sql gorm.io/gorm github.com/jackc/pgx"
        " github.com/jmoiron/sqlx go.mongodb.org/mongo-driver"
    ),
    PackageKind.AUTH: (
        "jwt pyjwt passlib oauth oauth2 oauthlib authlib django.contrib.auth flask_login flask_jwt"
        " flask_jwt_extended bcrypt cryptography passport jsonwebtoken express-jwt firebase-auth firebase/auth auth0"
        " github.com/golang-jwt/jwt golang.org/x/oauth2 golang.org/x/crypto/bcrypt"
    ),
    PackageKind.TESTS: (
        "pytest unittest mock faker factory_boy hypothesis jest @jest/globals mocha chai sinon enzyme vitest"
        " testing-library @testing-library testing github.com/stretchr/testify"
    ),
}
"""The lists of the seed's original, with what today's programs use beside it (chosen 2026-11-23)."""
_KINDS: Final = {name: kind for kind, names in _PACKAGES.items() for name in names.split()}


def name_package_kind(module: str) -> PackageKind | None:
    """Return what an imported module's package is for; None where no list has it.

    >>> [name_package_kind(name) for name in ("django.db.models", "pgmagick", "net/http/httptest")]
    [<PackageKind.DATABASE: 'db'>, None, <PackageKind.HTTP: 'http'>]
    """
    for end in (len(module), *_find_ends(module)):
        if kind := _KINDS.get(module[:end]):
            return kind
    return None


def _find_ends(module: str) -> list[int]:
    return [at for at in range(len(module) - 1, 0, -1) if module[at] in "./"]
