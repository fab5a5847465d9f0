/** What tokens are for. Source: https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access (read 2026-11-23). */
export const scope = 'https://www.googleapis.com/auth/cloud-platform';
