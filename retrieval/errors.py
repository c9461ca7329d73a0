"""The retrieval layer's errors.

RetrievalError              every message ends in what to do next
|-- QuestionError           the question cannot be searched as it stands
|-- ModelError              the model cannot be loaded or is not the expected one
`-- IndexingError           the derived data cannot be used as it is
    |-- OtherModelError     built by another embedder
    `-- IndexBusyError      another process is indexing
"""


class RetrievalError(Exception):
    """Base of all errors of this layer; its text is one line for a person."""


class QuestionError(RetrievalError):
    """The question cannot be searched as it stands: empty, or too long."""


class ModelError(RetrievalError):
    """The model cannot be loaded, or its weights are not the expected ones."""


class IndexingError(RetrievalError):
    """The derived data cannot be used as it is."""


class OtherModelError(IndexingError):
    """The library was indexed by another embedder."""


class IndexBusyError(IndexingError):
    """Another process is indexing this library."""
