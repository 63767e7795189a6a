"""The repository itself: applications, their versions, who may have them, and what those get who deploy them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.examples.app_repository import delivery, metadata, sharing, template
from tests.examples.app_repository.artifacts import Shelf
from tests.examples.app_repository.delivery import Region, Version
from tests.examples.app_repository.refusal import RefusedError, bad_request, conflict, denied, not_found

Json = dict[str, Any]

_SHOWN: Final = ("Name", "Description", "Author", "HomePageUrl", "Labels", "SpdxLicenseId")
_CHANGED: Final = ("Description", "Author", "HomePageUrl", "Labels")


@dataclass(frozen=True)
class Caller:
    """Who asks, and of which region."""

    account: str
    region: str


@dataclass
class Application:
    """A published application."""

    arn: str
    owner: Caller
    shown: Json
    readme: bytes | None
    licence: bytes | None
    versions: list[Version] = field(default_factory=list)
    statements: list[Json] = field(default_factory=list)


class Repository:
    """All regions of the repository.

    `publishers` are the S3 clients of the accounts that publish; `organisations` tells of which organisation an account
    is a member. Apps can be deployed in regions that were opened (`open_region`).
    """

    def __init__(self, publishers: Mapping[str, Any], organisations: Mapping[str, str] | None = None) -> None:
        self._shelves = {account: Shelf(client, account) for account, client in publishers.items()}
        self._organisations = organisations or {}
        self.applications: dict[str, Application] = {}
        self._regions: dict[str, Region] = {}

    def open_region(self, region: str, clients: Callable[[str, str], Any]) -> None:
        """Have all that is published copied to the repository's bucket in a region, now and in future.

        `clients` gives a boto3 client by its service and region. The real repository copies when it is asked for a
        template. A local engine that asks answers nobody meanwhile.
        """
        opened = Region(region, clients)
        opened.open()
        self._regions[region] = opened
        for application in self.applications.values():
            for version in application.versions:
                opened.deliver(version)

    def create_application(self, caller: Caller, request: Json) -> Json:
        """Publish an application, with its first version if there is a SemanticVersion."""
        metadata.check(request)
        arn = f"arn:aws:serverlessrepo:{caller.region}:{caller.account}:applications/{request['Name']}"
        if arn in self.applications:
            raise conflict(f"Application with id {arn} already exists")
        application = Application(
            arn,
            caller,
            _picked(request, _SHOWN),
            self._text(caller, request, "Readme"),
            self._text(caller, request, "License"),
        )
        if "SemanticVersion" in request:
            application.versions.append(self._version(application, request["SemanticVersion"], request))
        self.applications[arn] = application
        return _told(application)

    def update_application(self, caller: Caller, request: Json) -> Json:
        """Change what is not of a version; the licence and its identifier cannot be changed."""
        application = self._own(caller, request)
        metadata.check(request)
        readme = self._text(caller, request, "Readme")
        application.shown |= _picked(request, _CHANGED)
        application.readme = readme or application.readme
        return _told(application)

    def create_application_version(self, caller: Caller, request: Json) -> Json:
        """Publish a further version; there is no way to publish one again."""
        application = self._own(caller, request)
        number = request["SemanticVersion"]
        metadata.check(request)
        if any(version.number == number for version in application.versions):
            raise conflict(f"Version {number} of the application with id {application.arn} already exists")
        version = self._version(application, number, request)
        application.versions.append(version)
        return version.told

    def get_application(self, caller: Caller, request: Json) -> Json:
        """Show an application, in the version asked for or in its newest."""
        application = self._available(caller, request, "GetApplication")
        told = _told(application)
        if "SemanticVersion" in request:
            told["Version"] = _version_of(application, request["SemanticVersion"]).told
        return told

    def list_applications(self, caller: Caller, _request: Json) -> Json:
        """Show the caller's own applications, all at once."""
        shown = ("ApplicationId", "Author", "Description", "HomePageUrl", "Labels", "Name", "SpdxLicenseId")
        own = [application for application in self.applications.values() if application.owner == caller]
        return {"Applications": [_picked(_told(application), shown) for application in own]}

    def list_application_versions(self, caller: Caller, request: Json) -> Json:
        """Show the numbers of all versions."""
        application = self._available(caller, request, "ListApplicationVersions")
        shown = ("ApplicationId", "CreationTime", "SemanticVersion", "SourceCodeUrl")
        return {"Versions": [_picked(version.told, shown) for version in application.versions]}

    def put_application_policy(self, caller: Caller, request: Json) -> Json:
        """Share an application: with accounts, with an organisation, with everybody or with nobody any more."""
        application = self._own(caller, request)
        complete = bool(application.versions) and application.licence is not None
        sharing.check(request["Statements"], self._organisations.get(caller.account), may_be_public=complete)
        application.statements = request["Statements"]
        return {"Statements": application.statements}

    def get_application_policy(self, caller: Caller, request: Json) -> Json:
        """Show with whom an application is shared."""
        return {"Statements": self._own(caller, request).statements}

    def create_cloud_formation_template(self, caller: Caller, request: Json) -> Json:
        """Return the URL of a version's template, where the CloudFormation of the caller's region can read it."""
        version = self._deployable(caller, request, "CreateCloudFormationTemplate")
        now = datetime.now(UTC)
        return _picked(version.told, ("ApplicationId", "SemanticVersion")) | {
            "TemplateId": str(uuid.uuid4()),
            "TemplateUrl": self._region(caller).url(version),
            "Status": "ACTIVE",  # all has been copied
            "CreationTime": now.isoformat(),
            "ExpirationTime": (now + timedelta(hours=1)).isoformat(),
        }

    def create_cloud_formation_change_set(self, caller: Caller, request: Json) -> Json:
        """Have the CloudFormation of the caller's region make a change set of a version."""
        version = self._deployable(caller, request, "CreateCloudFormationChangeSet")
        delivery.check(version, request)
        made = self._region(caller).change_set(version, request)
        told = _picked(version.told, ("ApplicationId", "SemanticVersion"))
        return told | {"ChangeSetId": made["Id"], "StackId": made["StackId"]}

    def _deployable(self, caller: Caller, request: Json, action: str) -> Version:
        application = self._available(caller, request, action)
        return _version_of(application, request.get("SemanticVersion") or application.versions[-1].number)

    def _region(self, caller: Caller) -> Region:
        if caller.region not in self._regions:
            raise RefusedError("InternalServerErrorException", f"No bucket is opened in {caller.region}.")
        return self._regions[caller.region]

    def _version(self, application: Application, number: str, request: Json) -> Version:
        if "TemplateBody" not in request:
            raise bad_request("A version needs a TemplateBody; TemplateUrl is not modelled.")
        content = template.parsed(request["TemplateBody"])
        shelf = self._shelves[application.owner.account]
        urls = [mapping[key] for mapping, key in template.artifacts(content)]
        told = {
            "ApplicationId": application.arn,
            "SemanticVersion": number,
            "SourceCodeUrl": request.get("SourceCodeUrl"),
            "ParameterDefinitions": template.parameters(content),
            "RequiredCapabilities": template.capabilities(content),
            "ResourcesSupported": True,
            "TemplateUrl": f"https://{delivery.BUCKET}.s3.amazonaws.com/{application.arn}/{number}",
            "CreationTime": datetime.now(UTC).isoformat(),
        }
        version = Version(number, content, {url: shelf.read(url) for url in urls}, _picked(told, told))
        for region in self._regions.values():
            region.deliver(version)
        return version

    def _text(self, caller: Caller, request: Json, name: str) -> bytes | None:
        """Return the readme or the licence, as a request brings it or names it."""
        if f"{name}Body" in request:
            return str(request[f"{name}Body"]).encode()
        if f"{name}Url" in request:
            return self._shelves[caller.account].read(request[f"{name}Url"])
        return None

    def _own(self, caller: Caller, request: Json) -> Application:
        application = self._present(request)
        if application.owner != caller:
            raise denied(f"{caller.account} may not change {application.arn} from {caller.region}.")
        return application

    def _available(self, caller: Caller, request: Json, action: str) -> Application:
        """Return an application that the caller may have; only a public one is to be had outside its own region."""
        application = self._present(request)
        if not sharing.is_public(application.statements) and application.owner.region != caller.region:
            raise not_found(f"No application {application.arn} is to be had in {caller.region}.")
        organisation = self._organisations.get(caller.account)
        shared = sharing.allows(application.statements, caller.account, organisation, action)
        if not shared and caller.account != application.owner.account:
            raise denied(
                f"User: arn:aws:iam::{caller.account}:root is not authorized to perform: serverlessrepo:{action} on"
                f" resource: {application.arn}"
            )
        return application

    def _present(self, request: Json) -> Application:
        if request["ApplicationId"] not in self.applications:
            raise not_found(f"No application with the id {request['ApplicationId']} was found.")
        return self.applications[request["ApplicationId"]]


def _version_of(application: Application, number: str) -> Version:
    for version in application.versions:
        if version.number == number:
            return version
    raise not_found(f"The application {application.arn} has no version {number}.")


def _told(application: Application) -> Json:
    told = {"ApplicationId": application.arn, "IsVerifiedAuthor": False, **application.shown}
    return told | ({"Version": application.versions[-1].told} if application.versions else {})


def _picked(values: Json, names: Any) -> Json:
    return {name: values[name] for name in names if values.get(name) is not None}
