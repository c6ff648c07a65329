"""Addresses of the site."""

from django.contrib import admin
from django.urls import path
from petitions import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", views.index, name="index"),
    path("start/", views.start, name="start"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("<slug:slug>/", views.petition, name="petition"),
    path("<slug:slug>/tell/", views.tell, name="tell"),
]
