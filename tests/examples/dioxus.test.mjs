import { application } from './support/application.mjs';

application('dioxus');
