import { hydrate, mount } from 'svelte';
import App from './App.svelte';

export const start = (target, isRendered, onDecision) => (isRendered ? hydrate : mount)(App, { target, props: { onDecision } });
