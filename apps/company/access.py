from django.shortcuts import get_object_or_404

from apps.accounts.http import SignedInRequest
from apps.accounts.models import Organization


def own_company(request: SignedInRequest, organization_id: int) -> Organization:
    """A company, for its owners; 404 for everybody else."""
    return get_object_or_404(Organization.objects.filter(owners=request.user), pk=organization_id)
