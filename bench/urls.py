"""The site's addresses, and beside them the floors: the least that a page or a press could do."""

from django.urls import path

from bench import floor_pages
from config import urls

handler400 = urls.handler400

urlpatterns = [
    path("<slug:slug>/bench/insert/<int:pk>/", floor_pages.insert, name="bench_insert"),
    path("<slug:slug>/bench/verb/<int:pk>/", floor_pages.verb, name="bench_verb"),
    path("<slug:slug>/bench/list/", floor_pages.clients, name="bench_list"),
    *urls.urlpatterns,
]
