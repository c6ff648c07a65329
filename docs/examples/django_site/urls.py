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
    path("petition/<str:slug>/", views.petition, name="petition"),
    path("petition/<str:slug>/tell/", views.tell, name="tell"),
]
