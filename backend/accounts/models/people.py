"""People and what they are to each other. A person signs in by e-mail; there is no user name."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from backend.core.ids import uuid7


class Role(models.TextChoices):
    """What a person is here. Readers and admins are made by admins only."""

    CLIENT = "client", "Client"
    READER = "reader", "Reader"
    ADMIN = "admin", "Admin"


class Users(BaseUserManager["User"]):
    """Makes users; for management commands and tests. Doors call ``services.accounts``."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(
            email, password, role=Role.ADMIN, is_staff=True, is_superuser=True, **fields
        )


class User(AbstractUser):
    """A person with one role.

    ``frozen_at`` set: the person is signed out everywhere and cannot sign in; what they had
    running has ended.
    ``under_review_since`` set: they may sign in, but neither begin a reading nor give nor withdraw
    until somebody of staff has looked at why.
    ``erased_at`` set: the person had themselves forgotten. The row stays, for the ledger and
    other people's receipts point at it, but it says nothing about anybody.
    ``is_demo``: one of the people that ``make run`` brings along.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    display_name = models.CharField(max_length=60)
    role = models.CharField(max_length=8, choices=Role, default=Role.CLIENT)
    timezone = models.CharField(max_length=64, default="UTC")
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_reason = models.CharField(max_length=200, blank=True)
    under_review_since = models.DateTimeField(null=True, blank=True)
    under_review_why = models.CharField(max_length=200, blank=True)
    adult_confirmed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    objects = Users()  # type: ignore[misc,assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="an_email_belongs_to_one_person"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="a_role_is_known"),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(is_active=False, email__endswith="@erased.invalid"),
                name="an_erased_person_has_no_address",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.email

    @property
    def is_client(self) -> bool:
        return self.role == Role.CLIENT

    @property
    def is_reader(self) -> bool:
        return self.role == Role.READER

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def is_under_review(self) -> bool:
        return self.under_review_since is not None

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class Block(models.Model):
    """One person wants nothing to do with another; either direction forbids a reading."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    blocker = models.ForeignKey(User, models.CASCADE, related_name="blocks_made")
    blocked = models.ForeignKey(User, models.CASCADE, related_name="blocks_received")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="a_block_is_made_once"),
            models.CheckConstraint(
                condition=~Q(blocker=F("blocked")), name="nobody_blocks_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


class Invitation(models.Model):
    """An admin asked a person to be a reader. The mail is due until ``sent_at`` is set."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="invitation")
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(sent_at=None), name="invitations_to_send"
            )
        ]

    def __str__(self) -> str:
        return f"invitation of {self.user_id}"
