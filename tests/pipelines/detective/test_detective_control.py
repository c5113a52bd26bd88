"""From an event to what was done about it: acting, telling, repeating, failing."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from pipelines.detective.actions import Action
from pipelines.detective.control import judge
from pipelines.detective.subjects import Kind
from pipelines.errors import EnvironmentFault
from tests.pipelines.detective.described import broken, call_event, described
from tests.pipelines.detective.world import SETTINGS, World, world

_TRAINING = call_event("CreateTrainingJob", {"trainingJobName": "one"})
_BAD_TRAINING = broken(Kind.TRAINING_JOB, "EnableNetworkIsolation", False)
_REFUSED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Stop")


def test_a_compliant_job_is_left_alone_and_nobody_is_told() -> None:
    found = world(Kind.TRAINING_JOB)

    assert judge(_TRAINING, SETTINGS, found.clients) is None
    assert found.sagemaker.called == []
    assert found.sns.said == []


def test_a_job_that_breaks_a_rule_is_stopped_and_people_read_why() -> None:
    found = world(Kind.TRAINING_JOB, _BAD_TRAINING)

    outcome = judge(_TRAINING, SETTINGS, found.clients)

    assert outcome is not None
    assert outcome.action is Action.STOP
    assert found.sagemaker.called == [("stop_training_job", "one")]
    (notice,) = found.sns.said
    assert notice["Subject"] == "Stopped: training job one"
    assert "SMI-06: a job must be isolated from the network" in notice["Message"]
    assert "assumed-role/admin/petra" in notice["Message"]


@pytest.mark.parametrize(
    ("call", "parameter", "kind", "path", "acted"),
    [
        ("CreateModel", "modelName", Kind.MODEL, "VpcConfig", "delete_model"),
        (
            "CreateProcessingJob",
            "processingJobName",
            Kind.PROCESSING_JOB,
            "NetworkConfig",
            "stop_processing_job",
        ),
        (
            "CreateHyperParameterTuningJob",
            "hyperParameterTuningJobName",
            Kind.TUNING_JOB,
            "TrainingJobDefinitions.0.VpcConfig",
            "stop_hyper_parameter_tuning_job",
        ),
        (
            "CreateTransformJob",
            "transformJobName",
            Kind.TRANSFORM_JOB,
            "TransformOutput",
            "stop_transform_job",
        ),
        (
            "CreateAutoMLJobV2",
            "autoMLJobName",
            Kind.AUTOML_JOB,
            "SecurityConfig",
            "stop_auto_ml_job",
        ),
        (
            "CreateEndpointConfig",
            "endpointConfigName",
            Kind.ENDPOINT_CONFIG,
            "KmsKeyId",
            "delete_endpoint_config",
        ),
    ],
)
def test_each_kind_is_stopped_or_deleted_by_its_own_call(
    call: str, parameter: str, kind: Kind, path: str, acted: str
) -> None:
    found = world(kind, broken(kind, path, None))

    judge(call_event(call, {parameter: "one"}), SETTINGS, found.clients)

    assert found.sagemaker.called == [(acted, "one")]
    assert len(found.sns.said) == 1


def test_a_configuration_in_use_is_left_to_a_person() -> None:
    document = broken(Kind.ENDPOINT_CONFIG, "KmsKeyId", None)
    found = world(Kind.ENDPOINT_CONFIG, document, endpoints={"live": "one"})
    event = call_event("CreateEndpointConfig", {"endpointConfigName": "one"})

    outcome = judge(event, SETTINGS, found.clients)

    assert outcome is not None and outcome.action is Action.TELL
    assert found.sagemaker.called == []
    assert found.sns.said[0]["Subject"].startswith("To decide: ")


def test_an_endpoint_is_judged_by_its_configuration_and_left_to_a_person() -> None:
    document = broken(Kind.ENDPOINT_CONFIG, "DataCaptureConfig", None)
    found = world(Kind.ENDPOINT_CONFIG, document, endpoints={"live": "one"})
    event = call_event("UpdateEndpoint", {"endpointName": "live"})

    outcome = judge(event, SETTINGS, found.clients)

    assert outcome is not None and outcome.action is Action.TELL
    assert [breach.control for breach in outcome.breaches] == ["SME-08"]
    assert found.sagemaker.called == []


@pytest.mark.parametrize(
    ("status", "acted"),
    [
        ("Pending", []),
        ("InService", [("stop_notebook_instance", "one")]),
        ("Stopped", [("delete_notebook_instance", "one")]),
    ],
)
def test_a_notebook_is_stopped_and_then_deleted(status: str, acted: list[tuple[str, str]]) -> None:
    document = described(Kind.NOTEBOOK) | {"NotebookInstanceStatus": status}
    found = world(Kind.NOTEBOOK, document)

    judge(
        call_event("CreateNotebookInstance", {"notebookInstanceName": "one"}),
        SETTINGS,
        found.clients,
    )

    assert found.sagemaker.called == acted
    assert len(found.sns.said) == 1


def test_the_words_of_an_event_count_for_nothing() -> None:
    """The request claims isolation, the job has none."""
    found = world(Kind.TRAINING_JOB, _BAD_TRAINING)
    claimed = {"trainingJobName": "one", "enableNetworkIsolation": True}

    outcome = judge(call_event("CreateTrainingJob", claimed), SETTINGS, found.clients)

    assert outcome is not None and outcome.action is Action.STOP


def test_a_resource_that_is_gone_is_nobody_s_concern() -> None:
    found = World(world(Kind.MODEL).sagemaker)
    found.sagemaker.held.clear()

    assert judge(call_event("CreateModel", {"modelName": "one"}), SETTINGS, found.clients) is None
    assert found.sns.said == []


def test_a_job_that_ended_meanwhile_is_told_and_not_stopped() -> None:
    document = dict(_BAD_TRAINING, TrainingJobStatus="Completed")
    found = world(Kind.TRAINING_JOB, document)

    outcome = judge(_TRAINING, SETTINGS, found.clients)

    assert outcome is not None and outcome.action is Action.NOTHING
    assert found.sagemaker.called == []
    assert len(found.sns.said) == 1


def test_a_second_delivery_of_an_event_stops_nothing_twice() -> None:
    found = world(Kind.TRAINING_JOB, dict(_BAD_TRAINING))
    judge(_TRAINING, SETTINGS, found.clients)
    found.sagemaker.held["one"]["TrainingJobStatus"] = "Stopping"

    outcome = judge(_TRAINING, SETTINGS, found.clients)

    assert outcome is not None and outcome.action is Action.NOTHING
    assert len(found.sagemaker.called) == 1


def test_what_cannot_be_stopped_raises_and_is_not_called_stopped() -> None:
    found = world(Kind.TRAINING_JOB, _BAD_TRAINING, refuses=_REFUSED)

    with pytest.raises(EnvironmentFault, match=r"training job one: must be stopped, got Access"):
        judge(_TRAINING, SETTINGS, found.clients)
    assert found.sns.said == []


def test_a_job_that_ended_while_it_was_stopped_is_fine() -> None:
    found = world(Kind.TRAINING_JOB, dict(_BAD_TRAINING))
    wanted = found.sagemaker.held["one"]

    class Racing(dict[str, object]):
        """A job that has ended when it is looked at again."""

        def __init__(self) -> None:
            super().__init__(wanted)
            self.looks = 0

        def __getitem__(self, key: str) -> object:
            if key == "TrainingJobStatus":
                self.looks += 1
                return "InProgress" if self.looks == 1 else "Completed"
            return super().__getitem__(key)

    found.sagemaker.held["one"] = Racing()
    found.sagemaker.refuses = _REFUSED

    assert judge(_TRAINING, SETTINGS, found.clients) is not None


def test_a_call_that_nobody_declared_is_told() -> None:
    found = world(Kind.MODEL)

    outcome = judge(call_event("CreateMlflowTrackingServer", {}), SETTINGS, found.clients)

    assert outcome is not None and outcome.action is Action.TELL
    assert "SME-19" in found.sns.said[0]["Message"]
