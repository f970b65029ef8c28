import { createApp, createSSRApp } from 'vue';
import App from './App.vue';

export const start = (at, hydrate, onDecided) => (hydrate ? createSSRApp : createApp)(App, { onDecided }).mount(at);
