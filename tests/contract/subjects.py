"""Every vendor as the contract suite is told of it, by name: the one place that a new vendor is entered."""

from contract.kibamail_subject import KIBAMAIL
from contract.push0_subject import PUSH0
from contract.qonversion_subject import QONVERSION
from contract.unleash_subject import UNLEASH

SUBJECTS = {subject.name: subject for subject in (QONVERSION, PUSH0, KIBAMAIL, UNLEASH)}
