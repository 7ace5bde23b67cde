"""Extraction: a failing span or log record becomes a Failure, the outcome of a recovery a RecoveryRecord, a
report of losses a LossRecord."""

from failcat_sidecar.extract.extractor import Extractor
from failcat_sidecar.extract.failure import Candidate, ExplicitVerdict, Failure

__all__ = ["Candidate", "ExplicitVerdict", "Extractor", "Failure"]
