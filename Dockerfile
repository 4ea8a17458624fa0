# The product's one image: web, sockets, worker, beat and live are different commands of it.

FROM node:22-bookworm-slim AS assets
WORKDIR /assets
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund


FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
RUN pip install --quiet "uv>=0.9,<1"
WORKDIR /app
COPY requirements/production.txt requirements/
RUN uv venv /app/.venv \
    && uv pip sync --require-hashes --compile-bytecode --python /app/.venv/bin/python \
        requirements/production.txt
COPY . .
COPY --from=assets /assets/node_modules node_modules
# collectstatic reads the settings, so it is given values that open nothing and stay in this stage.
RUN python -m scripts.assets copy && rm -rf node_modules scripts requirements \
    && DEBUG=0 SECRET_KEY=used-by-collectstatic-only SITE_URL=https://build.invalid \
        ALLOWED_HOSTS=build.invalid DATABASE_URL=postgresql://build.invalid/none \
        REDIS_URL=redis://build.invalid STRIPE_SECRET_KEY=rk_test_build \
        STRIPE_WEBHOOK_SECRETS=whsec_build STRIPE_THIN_WEBHOOK_SECRETS=whsec_build \
        ENGINE_GRANT_KEY=used-by-collectstatic-only-32-bytes \
        STATIC_ROOT=/app/static \
        .venv/bin/python manage.py collectstatic --noinput --verbosity 0


FROM python:3.11-slim-bookworm AS run
# Pango sets the type of PDF statements.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 soulseer \
    && useradd --uid 10001 --gid soulseer --no-create-home --home-dir /nonexistent soulseer \
    && install -d -o soulseer -g soulseer /media /private
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=backend.config.settings \
    DATA_DIR=/tmp/soulseer STATIC_ROOT=/app/static MEDIA_ROOT=/media \
    PRIVATE_ROOT=/private
USER soulseer
EXPOSE 8000
CMD ["deploy/web"]
