"""A few pages in front of those of the house, to try who may open them."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from yichuang.config.urls import urlpatterns as house
from yichuang.foundation.people.pages import page


@page(public=True)
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


@page(permission="cases.handle")
def desk(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"desk of {request.actor.name}: {request.POST.get('opinion', '')}")


@page(permission="cases.apply", public=True)
def start(request: HttpRequest) -> HttpResponse:
    return HttpResponse("what is needed")


@page()
def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody sees this")


urlpatterns = [
    path("try/home", home, name="home"),
    path("try/desk", desk, name="desk"),
    path("try/start", start, name="start"),
    path("try/forgotten", forgotten, name="forgotten"),
    *house,
]
