"""What the account that builds models tells: the version in the registry, its run, its jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from scripts.lineage.questions import Questions
from scripts.model_packages import ModelPackage, ModelPackages
from scripts.releases.office import ModelOffice
from scripts.training_runs import Step, TrainingJob, TrainingRun, TrainingRuns

_TRAINING, _TUNING, _PACKAGE = ":training-job/", ":hyper-parameter-tuning-job/", ":model-package/"


@dataclass(frozen=True)
class HomeSide:
    """What is known where the model was built; None stands for what was not told.

    `jobs` are the training jobs of the run; `steps` is None where the steps were not told.
    """

    package_arn: str | None = None
    package: ModelPackage | None = None
    run: TrainingRun | None = None
    parameters: Mapping[str, str] | None = None
    steps: tuple[Step, ...] | None = None
    jobs: tuple[TrainingJob, ...] = field(default=())

    @property
    def run_arn(self) -> str | None:
        """The run that the package says registered it."""
        return self.package.metadata.get("execution_arn") if self.package else None

    @property
    def job(self) -> TrainingJob | None:
        """The job that made the archive of the package, or else the only one there is."""
        archive = self.package.archive_uri if self.package else None
        made = next((one for one in self.jobs if one.artifact_uri == archive), None)
        return made or (self.jobs[0] if len(self.jobs) == 1 and not self.tuned else None)

    @property
    def tuned(self) -> str | None:
        """The tuning job among the steps, whose own jobs the steps do not name."""
        return next(iter(self._outcomes(_TUNING)), None)

    @property
    def trained(self) -> tuple[str, ...]:
        """The training jobs that the steps name."""
        return self._outcomes(_TRAINING)

    @property
    def registered(self) -> tuple[str, ...]:
        """The packages that the steps registered."""
        return self._outcomes(_PACKAGE)

    def _outcomes(self, kind: str) -> tuple[str, ...]:
        found = (one.outcome for one in self.steps or ())
        return tuple(one for one in found if one and kind in one)


def read_home_side(office: ModelOffice, package_arn: str | None, questions: Questions) -> HomeSide:
    """Ask the registry about a version, and SageMaker about the run that registered it."""
    if package_arn is None:
        return HomeSide()
    at, naming = office.at, office.at.naming
    packages = ModelPackages(at.access, at.region, naming.model_package_group(office.model))
    package = questions.ask("the version in the registry", lambda: packages.describe(package_arn))
    here = HomeSide(package_arn, package)
    run_arn = here.run_arn
    if run_arn is None:
        return here
    runs = TrainingRuns(at.access, at.region, naming.sagemaker_pipeline(office.model))
    # A person who may not read runs is refused once; each refusal counts in the audit trail.
    run = questions.ask("runs of the pipeline", lambda: runs.describe(run_arn))
    if run is None:
        return here
    steps = questions.ask("steps of the run", lambda: runs.steps(run_arn))
    parameters = questions.ask("parameters of the run", lambda: runs.parameters(run_arn))
    told = HomeSide(package_arn, package, run, parameters, None if steps is None else tuple(steps))
    jobs = (questions.ask("jobs of the run", partial(runs.job, arn)) for arn in told.trained)
    found = tuple(one for one in jobs if one is not None)
    return HomeSide(package_arn, package, run, parameters, told.steps, found)
