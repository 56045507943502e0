"""App configuration of images and documents."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "sites.media"
    label = "sites_media"
    verbose_name = "图片与文件"
