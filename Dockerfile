# One image for web, worker, beat and migrate; docker-compose.yml gives each its command.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

RUN useradd --system --uid 10001 --create-home --home-dir /home/weekly weekly
WORKDIR /app

# Before the code, so that a change of code does not install everything again.
COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock

COPY manage.py ./
COPY config ./config
COPY clinic ./clinic
COPY attendance ./attendance
COPY reminders ./reminders
COPY templates ./templates
COPY static ./static
COPY scripts/alive.py ./scripts/alive.py

# The settings are read while the style sheets are collected; these values end with this step.
RUN SECRET_KEY=only-while-the-image-is-built-0123456789 ALLOWED_HOSTS=localhost BASE_URL=http://localhost \
    python manage.py collectstatic --noinput
RUN mkdir -p var && chown weekly:weekly var

USER weekly
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000"]
